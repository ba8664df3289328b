import { BOUNDS, TIMES } from '@dream-studio/contracts';
import type { Emission, Log, Publisher } from '../core/ports.js';
import type { Elsewhere } from './elsewhere.js';
import type { Peers } from './peers.js';
import type { OwnChange } from './presence-outbox.js';
import type { PresenceRegistry } from './presence-registry.js';
import type { PeersListener } from './transitions.js';

export interface PresenceDeps {
  registry: PresenceRegistry;
  elsewhere: Elsewhere;
  /** To sockets of this node: each node tells its own who comes and goes. */
  publisher: Publisher;
  /** To sockets of all nodes. */
  everywhere: Publisher;
  log: Log;
  /** The rooms a user is a member of, and how far their logs are. */
  rooms(userId: number): Promise<{ roomId: number; seq: number }[]>;
  /** Whoever is here has the room's log up to `seq`, or will read it. */
  learn(roomId: number, seq: number): void;
  /** The user's last socket is gone; another may follow. */
  lastDisconnected(userId: number): void;
  /** Stores that the user was here until now; the time is the database's. */
  markSeen(userId: number): Promise<Date>;
}

type PresencePeers = Pick<Peers, 'changed' | 'watch' | 'forgetMember'>;

const NO_PEERS: PresencePeers = { changed() {}, watch: async () => {}, forgetMember() {} };

/**
 * Tells who comes and goes. A user is online with their first socket; a dropped connection may return within the grace
 * period without anyone being told. Times between a user's coming and the answer of the database are covered: a change of
 * membership meanwhile is applied on top of what was read.
 */
export class PresenceAnnouncer implements PeersListener {
  readonly #deps: PresenceDeps;
  #peers: PresencePeers = NO_PEERS;
  /** Users whose rooms are being read, with the changes that came meanwhile. */
  readonly #loading = new Map<number, { done: Promise<void>; changes: Map<number, boolean> }>();
  readonly #announced = new Set<number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** When the last socket of a user, or of a user's view of a room, went. */
  readonly #since = new Map<string, number>();
  readonly #countsDue = new Set<number>();
  #closed = false;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
  }

  /** Ties it to the other nodes. */
  join(peers: PresencePeers): void {
    this.#peers = peers;
  }

  /** Makes the user known before their socket is let in. Rejects when the database cannot be read. */
  async expect(userId: number): Promise<void> {
    const { registry } = this.#deps;
    if (!registry.isOnline(userId)) await (this.#loading.get(userId) ?? this.#load(userId)).done;
    // Stays for the socket to come; a handshake that ends here must not leave the user online.
    if (registry.socketsOf(userId)?.size === 0) this.#afterGrace(String(userId), () => this.#goOffline(userId));
  }

  /** Who is online of those whose coming and going this user is told, the user first: at most the protocol's bound. */
  onlineFor(userId: number): number[] {
    const { registry } = this.#deps;
    const { users } = registry.companions(registry.roomsOf(userId));
    for (const roomId of registry.roomsOf(userId)) {
      if (!registry.isCrowded(roomId)) for (const id of this.#deps.elsewhere.onlineIn(roomId).keys()) users.add(id);
    }
    // Someone in a handshake is not online yet: that is told, or never comes to be.
    const others = [...users].filter((id) => id !== userId && this.isOnline(id));
    return [userId, ...others.slice(0, BOUNDS.helloOnlineMax - 1)];
  }

  connected(userId: number, socketId: string): void {
    const { registry } = this.#deps;
    // The handshake made the user known; only after a long stall can that be forgotten again.
    if (!registry.isOnline(userId)) {
      registry.add(userId);
      void this.#load(userId).done.catch((err) => this.#deps.log.warn({ err, userId }, 'cannot read rooms'));
    }
    registry.socketsOf(userId)?.add(socketId);
    this.#since.delete(String(userId));
    if (this.#announced.has(userId)) return;
    const wasOnline = this.isOnline(userId);
    this.#announced.add(userId);
    const at = now();
    for (const roomId of registry.roomsOf(userId)) this.#changed(userId, roomId, { isPresent: true, socketId, at });
    if (!wasOnline) this.cameOnline(userId, [...registry.roomsOf(userId)], { socketId, at });
    void this.#markSeen(userId);
  }

  /** On this node, or on another one as far as this one knows. */
  isOnline(userId: number): boolean {
    return this.#announced.has(userId) || this.#deps.elsewhere.isOnline(userId);
  }

  cameOnline(userId: number, roomIds: readonly number[], { socketId, at }: { socketId: string; at: string }): void {
    this.#tell(userId, roomIds, { event: 'user:online', payload: { userId, socketId, timestamp: at } });
  }

  wentOffline(userId: number, roomIds: readonly number[], at?: string): void {
    void this.#tellOffline(userId, roomIds, at);
    // Nobody else does, when their node is dead.
    if (at === undefined) this.#deps.lastDisconnected(userId);
  }

  viewLost(roomId: number, userId: number): void {
    const { registry, publisher } = this.#deps;
    if (registry.shows(roomId, userId) || registry.isCrowded(roomId)) return;
    publisher.publish([{ event: 'member:left', audience: { room: roomId }, payload: view(userId, roomId) }]);
  }

  /** All that is so on this node. */
  *own(): Generator<OwnChange> {
    const { registry } = this.#deps;
    const at = now();
    const isSo = { isPresent: true, isOnline: true, at };
    for (const userId of this.#announced) {
      const [socketId = ''] = registry.socketsOf(userId) ?? [];
      for (const roomId of registry.roomsOf(userId)) yield { ...isSo, userId, roomId, isView: false, socketId };
    }
    for (const view of registry.views()) yield { ...isSo, ...view, isView: true, socketId: '' };
  }

  /** A socket shows the room; true when it is the user's first there, on any node. */
  enter(roomId: number, userId: number, socketId: string): boolean {
    const { registry, elsewhere } = this.#deps;
    if (!registry.enter(roomId, userId, socketId)) return false;
    this.#viewChanged(userId, roomId, true);
    return !elsewhere.showsRoom(roomId, userId);
  }

  /** A socket stops showing the room; true when it was the user's last there, on any node. */
  exit(roomId: number, userId: number, socketId: string): boolean {
    const { registry, elsewhere } = this.#deps;
    if (!registry.exit(roomId, userId, socketId)) return false;
    this.#viewChanged(userId, roomId, false);
    return !elsewhere.showsRoom(roomId, userId);
  }

  disconnected(userId: number, socketId: string, rooms: Iterable<number>): void {
    const { registry } = this.#deps;
    for (const roomId of rooms) {
      if (!registry.drop(roomId, userId, socketId)) continue;
      this.#afterGrace(`${userId}:${roomId}`, () => {
        if (registry.isAbandoned(roomId, userId)) this.endView(userId, roomId);
      });
    }
    const sockets = registry.socketsOf(userId);
    sockets?.delete(socketId);
    if (sockets?.size !== 0) return;
    this.#afterGrace(String(userId), () => this.#goOffline(userId));
    this.#deps.lastDisconnected(userId);
  }

  memberAdded(userId: number, roomId: number): void {
    const { registry } = this.#deps;
    this.#loading.get(userId)?.changes.set(roomId, true);
    registry.addMembership(userId, roomId);
    if (!registry.isOnline(userId)) return;
    void this.#peers.watch([roomId]);
    if (this.#announced.has(userId)) this.#changed(userId, roomId, { isPresent: true });
  }

  memberRemoved(userId: number, roomId: number): void {
    const { registry } = this.#deps;
    this.#loading.get(userId)?.changes.set(roomId, false);
    registry.removeMembership(userId, roomId);
    if (this.#announced.has(userId)) this.#changed(userId, roomId, { isPresent: false });
    this.#peers.forgetMember(roomId, userId);
    this.endView(userId, roomId);
  }

  /** Takes a user's view of a room away and tells the room. */
  endView(userId: number, roomId: number): void {
    const { registry, everywhere, elsewhere } = this.#deps;
    if (!registry.endView(roomId, userId)) return;
    this.#viewChanged(userId, roomId, false);
    if (elsewhere.showsRoom(roomId, userId) || registry.isCrowded(roomId)) return;
    everywhere.publish([{ event: 'member:left', audience: { room: roomId }, payload: view(userId, roomId) }]);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #load(userId: number) {
    const { registry } = this.#deps;
    const changes = new Map<number, boolean>();
    const read = async () => {
      try {
        const rooms = await this.#deps.rooms(userId);
        // First listen, then count on what was read: an entry in between is read, or told, or both.
        await this.#peers.watch(rooms.map(({ roomId }) => roomId));
        if (!registry.isOnline(userId)) registry.add(userId);
        for (const { roomId, seq } of rooms) {
          this.#deps.learn(roomId, seq);
          if (changes.get(roomId) !== false) registry.addMembership(userId, roomId);
        }
      } finally {
        this.#loading.delete(userId);
      }
      for (const [roomId, isMember] of changes) if (isMember) this.memberAdded(userId, roomId);
    };
    const loading = { done: read(), changes };
    this.#loading.set(userId, loading);
    return loading;
  }

  async #goOffline(userId: number): Promise<void> {
    const { registry } = this.#deps;
    if (registry.socketsOf(userId)?.size !== 0) return;
    const rooms = registry.remove(userId);
    if (!this.#announced.delete(userId)) return;
    for (const roomId of rooms) this.#changed(userId, roomId, { isPresent: false });
    await this.#tellOffline(userId, [...rooms]);
  }

  /** `lastSeenAt` is when another node has said that they were. */
  async #tellOffline(userId: number, roomIds: readonly number[], lastSeenAt?: string): Promise<void> {
    const seenAt = lastSeenAt ?? (await this.#markSeen(userId));
    if (this.isOnline(userId)) return;
    const payload = { userId, timestamp: now(), lastSeenAt: seenAt };
    this.#tell(userId, roomIds, { event: 'user:offline', payload });
  }

  /** Of a user that is, or was, online on this node. */
  #changed(userId: number, roomId: number, news: { isPresent: boolean; socketId?: string; at?: string }): void {
    const isOnline = this.#announced.has(userId);
    const [socketId = ''] = this.#deps.registry.socketsOf(userId) ?? [];
    this.#peers.changed({ roomId, userId, isView: false, isOnline, socketId, at: now(), ...news });
  }

  #viewChanged(userId: number, roomId: number, isPresent: boolean): void {
    this.#peers.changed({ roomId, userId, isView: true, isPresent, isOnline: true, socketId: '', at: now() });
  }

  async #markSeen(userId: number): Promise<string> {
    try {
      return (await this.#deps.markSeen(userId)).toISOString();
    } catch (err) {
      this.#deps.log.warn({ err, userId }, 'cannot store when the user was last seen');
      return now();
    }
  }

  /** To the user's own sockets and those of users who share a room; a crowded room only gets its count. */
  #tell(userId: number, rooms: Iterable<number>, news: Pick<Emission, 'event' | 'payload'>): void {
    const { users, crowded } = this.#deps.registry.companions(rooms);
    users.add(userId);
    this.#deps.publisher.publish([{ ...news, audience: { users: [...users] } }]);
    for (const roomId of crowded) this.#countSoon(roomId);
  }

  #countSoon(roomId: number): void {
    if (this.#countsDue.has(roomId)) return;
    this.#countsDue.add(roomId);
    this.#after(TIMES.roomPresenceMs, () => {
      this.#countsDue.delete(roomId);
      const onlineCount = this.#deps.registry.onlineCount(roomId);
      const payload = { roomId, onlineCount };
      this.#deps.publisher.publish([{ event: 'room:presence', audience: { room: roomId }, payload }]);
    });
  }

  /** Runs `then` after the grace period, unless the same thing happened again meanwhile and has a timer of its own. */
  #afterGrace(key: string, then: () => unknown): void {
    const mark = performance.now();
    this.#since.set(key, mark);
    this.#after(TIMES.presenceGraceMs, () => {
      if (this.#since.get(key) !== mark) return;
      this.#since.delete(key);
      return then();
    });
  }

  #after(ms: number, then: () => unknown): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void then();
    }, ms);
    this.#timers.add(timer);
  }
}

const now = () => new Date().toISOString();

const view = (userId: number, roomId: number) => ({ userId, roomId, timestamp: now() });
