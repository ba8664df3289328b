/** What goes wrong inside a server of a test, from its start on. */
export interface FailPoints {
  /** kill -9 of itself when the n-th message is committed, before anyone is told. */
  killAtPublish?: number;
  /** The n-th message is committed, and nobody is told. */
  loseAtPublish?: number;
  /** How far its clock is ahead of this one's, in milliseconds. */
  clockAheadMs?: number;
  /** In place of the protocol's time between two beats, in milliseconds. */
  beatMs?: number;
}
