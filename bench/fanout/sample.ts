import type { Random } from '../../tests/lib/random.js';
import { type Community, CROWD, type Flow, type RoomKind, roomsOf } from './model.js';

/** What is counted; the rest of a flow is no matter of chance. */
export type Sample = Pick<Flow, 'deliveriesPerMessage' | 'nodesPerMessage' | 'roomsPerNode' | 'companions'> & {
  /** Deliveries of the busiest node beside the mean of all. */
  readonly busiest: number;
};

const OFFLINE = -1;
const WITNESSES = 500;

interface Drawn {
  readonly kind: RoomKind;
  /** Members of one room after the other. */
  readonly rooms: readonly Int32Array[];
}

/** Draws users, rooms and messages, and counts: what the closed formulas are checked against. */
export function sample(community: Community, nodes: number, messages: number, random: Random): Sample {
  const below = (limit: number) => Math.floor(random() * limit);
  const users = Math.round(community.online / community.onlineShare);
  const nodeOf = Int32Array.from({ length: users }, () => (random() < community.onlineShare ? below(nodes) : OFFLINE));
  const drawn = community.kinds.map((kind) => ({
    kind,
    rooms: Array.from({ length: Math.round(roomsOf(community, kind)) }, () => members(kind.size, users, below)),
  }));
  const nodesOf = (room: Int32Array) => room.map((user) => nodeOf[user] as number).filter((node) => node !== OFFLINE);

  const perNode = new Array<number>(nodes).fill(0);
  let reached = 0;
  for (let message = 0; message < messages; message++) {
    const there = nodesOf(roomOfMessage(drawn, random, below, nodeOf));
    for (const node of there) perNode[node] = (perNode[node] as number) + 1;
    reached += new Set(there).size;
  }
  const deliveries = perNode.reduce((total, count) => total + count, 0);
  let heard = 0;
  for (const { rooms } of drawn) for (const room of rooms) heard += new Set(nodesOf(room)).size;
  return {
    deliveriesPerMessage: deliveries / messages,
    nodesPerMessage: reached / messages,
    roomsPerNode: heard / nodes,
    companions: companions(drawn, nodeOf, below),
    busiest: Math.max(...perNode) / (deliveries / nodes),
  };
}

function members(size: number, users: number, below: (limit: number) => number): Int32Array {
  const chosen = new Set<number>();
  while (chosen.size < size) chosen.add(below(users));
  return Int32Array.from(chosen);
}

/** Of a sender who is online: a room is the likelier the more of its members are. */
function roomOfMessage(
  drawn: readonly Drawn[],
  random: Random,
  below: (limit: number) => number,
  nodeOf: Int32Array,
): Int32Array {
  let left = random();
  const found = drawn.find(({ kind }) => {
    left -= kind.messageShare;
    return left < 0;
  });
  const { rooms } = found ?? (drawn.at(-1) as Drawn);
  for (;;) {
    const room = rooms[below(rooms.length)] as Int32Array;
    if (nodeOf[room[below(room.length)] as number] !== OFFLINE) return room;
  }
}

/** Of some users who are online: the mean of others who are told of them, each counted once. */
function companions(drawn: readonly Drawn[], nodeOf: Int32Array, below: (limit: number) => number): number {
  const witnesses = new Map<number, Set<number>>();
  while (witnesses.size < WITNESSES) {
    const user = below(nodeOf.length);
    if (nodeOf[user] !== OFFLINE) witnesses.set(user, new Set());
  }
  for (const room of drawn.flatMap(({ rooms }) => rooms)) {
    const online = room.filter((user) => nodeOf[user] !== OFFLINE);
    if (online.length > CROWD) continue;
    for (const user of online) {
      const told = witnesses.get(user);
      if (told) for (const other of online) if (other !== user) told.add(other);
    }
  }
  return [...witnesses.values()].reduce((total, told) => total + told.size, 0) / WITNESSES;
}
