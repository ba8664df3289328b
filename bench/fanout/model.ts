/** Rooms of one size. */
export interface RoomKind {
  readonly name: string;
  readonly size: number;
  /** How many of these a user is a member of. */
  readonly perUser: number;
  /** Of all messages: their shares add up to 1. */
  readonly messageShare: number;
}

export interface Community {
  /** Users with a connection at the same time. */
  readonly online: number;
  /** What part of the members of a room these are; each is online independently of the others. */
  readonly onlineShare: number;
  readonly kinds: readonly RoomKind[];
  /** Of a user who is online. */
  readonly messagesPerMinute: number;
  /** From coming online to going. */
  readonly sessionMinutes: number;
}

/** What follows, all of it expected values. */
export interface Flow {
  readonly messagesPerSecond: number;
  /** Members online in the room of a message, its sender included. */
  readonly deliveriesPerMessage: number;
  /** Nodes with a member of the room online, the sender's included: those that a channel for each room reaches. */
  readonly nodesPerMessage: number;
  /** Rooms that a node has a member of online: the channels it listens to. */
  readonly roomsPerNode: number;
  /** Of users, coming and going. */
  readonly presenceChangesPerSecond: number;
  /** Other users who are told of one: those in rooms that are not crowded. */
  readonly companions: number;
}

/** With more online than this, nobody in the room is told of each one's coming and going (`BOUNDS.presenceListMax`). */
export const CROWD = 100;

/** Closed formulas. Users are spread over the nodes at random, as a load balancer does. */
export function flowOf(community: Community, nodes: number): Flow {
  const { online, onlineShare: p, kinds, messagesPerMinute, sessionMinutes } = community;
  const overMessages = (of: (kind: RoomKind) => number) => sum(kinds.map((kind) => kind.messageShare * of(kind)));
  return {
    messagesPerSecond: (online * messagesPerMinute) / 60,
    deliveriesPerMessage: overMessages(({ size }) => 1 + (size - 1) * p),
    nodesPerMessage: overMessages(({ size }) => 1 + (nodes - 1) * someone(p / nodes, size - 1)),
    roomsPerNode: sum(kinds.map((kind) => roomsOf(community, kind) * someone(p / nodes, kind.size))),
    presenceChangesPerSecond: (2 * online) / (sessionMinutes * 60),
    companions: sum(kinds.filter(({ size }) => size * p <= CROWD).map(({ size, perUser }) => perUser * (size - 1) * p)),
  };
}

/** How many rooms of a kind there are, for each user to be in so many. */
export const roomsOf = ({ online, onlineShare }: Community, { perUser, size }: RoomKind): number =>
  (online / onlineShare / size) * perUser;

/** That at least one of so many is there, each of whom is there with this probability. */
const someone = (probability: number, of: number): number => 1 - (1 - probability) ** of;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
