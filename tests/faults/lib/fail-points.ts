/** What goes wrong inside a server of a test, from its start on; what happens at an n-th message happens on the first of several. */
export interface FailPoints {
  /** kill -9 of itself when the n-th message is committed, before anyone is told. */
  killAtPublish?: number;
  /** The n-th message is committed, and nobody is told. */
  loseAtPublish?: number;
  /** What tells other nodes of the n-th message is lost on its way. */
  loseOnBus?: number;
  /** What comes of rooms' logs is published as it comes, whatever its place. */
  unordered?: boolean;
  /** How far its clock is ahead of this one's, in milliseconds. */
  clockAheadMs?: number;
  /** In place of the protocol's time between two beats, in milliseconds. */
  beatMs?: number;
}
