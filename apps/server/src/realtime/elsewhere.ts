import type { PresenceEntry } from '../core/ports.js';

type Holders = Map<number, Set<string>>;

interface Room {
  /** By user, the nodes on which they are online as members. */
  readonly online: Holders;
  /** By user, the nodes on which they show the room. */
  readonly views: Holders;
}

export interface Place extends PresenceEntry {
  roomId: number;
}

const NOBODY: ReadonlyMap<number, ReadonlySet<string>> = new Map();

/** Who is online, and shows which room, on other nodes; of the rooms that this node watches. State only. */
export class Elsewhere {
  readonly #rooms = new Map<number, Room>();
  /** In how many rooms each user is known to be online. */
  readonly #users = new Map<number, number>();

  isOnline(userId: number): boolean {
    return this.#users.has(userId);
  }

  /** Users online in the room, and on which nodes. */
  onlineIn(roomId: number): ReadonlyMap<number, ReadonlySet<string>> {
    return this.#rooms.get(roomId)?.online ?? NOBODY;
  }

  showsRoom(roomId: number, userId: number): boolean {
    return this.#rooms.get(roomId)?.views.has(userId) ?? false;
  }

  add({ roomId, userId, nodeId, isView }: Place): void {
    const room = this.#rooms.get(roomId) ?? { online: new Map(), views: new Map() };
    this.#rooms.set(roomId, room);
    const holders = isView ? room.views : room.online;
    const nodes = holders.get(userId);
    if (nodes) return void nodes.add(nodeId);
    holders.set(userId, new Set([nodeId]));
    if (!isView) this.#users.set(userId, (this.#users.get(userId) ?? 0) + 1);
  }

  remove({ roomId, userId, nodeId, isView }: Place): void {
    const room = this.#rooms.get(roomId);
    const holders = isView ? room?.views : room?.online;
    const nodes = holders?.get(userId);
    if (!room || !nodes?.delete(nodeId) || nodes.size > 0) return;
    holders?.delete(userId);
    if (room.online.size + room.views.size === 0) this.#rooms.delete(roomId);
    if (!isView) this.#leaveRoom(userId);
  }

  /** All that is known of a room, or of a node, or of a user on a node. */
  *places({ roomId, nodeId, userId }: Partial<Place>): Generator<Place> {
    const roomIds = roomId === undefined ? this.#rooms.keys() : [roomId];
    for (const id of roomIds) {
      const room = this.#rooms.get(id);
      for (const isView of [false, true]) {
        for (const [user, nodes] of (isView ? room?.views : room?.online) ?? []) {
          if (userId !== undefined && user !== userId) continue;
          for (const node of nodes) {
            if (nodeId === undefined || node === nodeId) yield { roomId: id, userId: user, nodeId: node, isView };
          }
        }
      }
    }
  }

  #leaveRoom(userId: number): void {
    const rooms = (this.#users.get(userId) ?? 0) - 1;
    if (rooms > 0) this.#users.set(userId, rooms);
    else this.#users.delete(userId);
  }
}
