import type { PresenceStore } from '../core/ports.js';
import { EVERYONE } from './channels.js';
import { createPresenceOutbox, type OwnChange, type PresenceNews } from './presence-outbox.js';
import { Transitions } from './transitions.js';
import { WatchedRooms, type WatchedRoomsDeps } from './watched-rooms.js';

/** A node that stops is dead after this, and after it has been missed for a beat: together under 30 s. */
export const LEASE_MS = 15_000;
const BEAT_MS = 4_000;
const MISSED_MS = 5_000;
/** A node that ends well has sent its clients elsewhere: they may take some seconds more than those of one that is dead. */
const LEAVING_MS = 1_000;
/** A node that could not renew its lease for so long may have none, and be there. */
const LEASES_END_MS = LEASE_MS - 2 * BEAT_MS;
/** When the others are heard again, they need so long to find that out, and to say everything again. */
const REREAD_MS = 3_000;
/** When the store has lost everything, each of them finds that out by its own beat. */
const FORGOTTEN_MS = BEAT_MS + 1_000;
/** What this node has is written again this often: what nobody writes is forgotten in the end. */
const REWRITE_MS = 30 * 60_000;

export interface PeersDeps extends WatchedRoomsDeps {
  store: PresenceStore;
  /** All that is so on this node. */
  own(): Iterable<OwnChange>;
  /** Another node has ended, or is dead: also one of whose users this node knows nothing, since it watches none of their rooms. */
  nodeGone(): void;
}

/**
 * Presence over nodes. Each node says what is so on itself, in the store and on the bus, in this order; and keeps in memory
 * what the others say of the rooms that it watches.
 */
export class Peers {
  readonly #deps: PeersDeps;
  readonly #rooms: WatchedRooms;
  /** When each of the other nodes was last known to be there. */
  readonly #seen = new Map<string, number>();
  readonly #outbox: ReturnType<typeof createPresenceOutbox>;
  #timer: NodeJS.Timeout | undefined;
  #rereading: NodeJS.Timeout | undefined;
  #rewrittenAt = performance.now();
  #deafSince = performance.now();
  #closed = false;

  constructor(deps: PeersDeps) {
    this.#deps = deps;
    const { bus, store, log } = deps;
    this.#rooms = new WatchedRooms(deps);
    this.#outbox = createPresenceOutbox({ bus, store, log });
    bus.onMessage((channel, from, message) => this.#hear(channel, from, message));
    bus.onChange((isUp) => (isUp ? this.#heardAgain() : this.#notHeard()));
    void this.#beat();
  }

  /** This is so on this node from now on. */
  changed(change: OwnChange): void {
    this.#outbox.put(change);
  }

  /** Resolves when this node knows who is in the rooms elsewhere, and hears of changes; or cannot know now. */
  watch(roomIds: readonly number[]): Promise<void> {
    return this.#rooms.watch(roomIds);
  }

  /** Members of the room that are online on other nodes: one round trip at most. What cannot be read counts as nobody. */
  async onlineIn(roomId: number): Promise<Iterable<number>> {
    const { bus, store, elsewhere } = this.#deps;
    if (this.#rooms.isRead(roomId) || !bus.isUp()) return elsewhere.onlineIn(roomId).keys();
    const entries = await store.read([roomId]).catch(() => null);
    if (!entries) return elsewhere.onlineIn(roomId).keys();
    const others = (entries.get(roomId) ?? []).filter((entry) => !entry.isView && entry.nodeId !== bus.nodeId);
    return others.map(({ userId }) => userId);
  }

  /** As `onlineIn`; rejects when it cannot be known. */
  async isOnlineIn(roomId: number, userId: number): Promise<boolean> {
    if (!this.#deps.bus.isUp()) throw new Error('the other servers are not heard');
    return [...(await this.onlineIn(roomId))].includes(userId);
  }

  /** The others. */
  liveNodes(): Iterable<string> {
    return this.#seen.keys();
  }

  /** A user is no member any more, wherever they are online. */
  forgetMember(roomId: number, userId: number): void {
    for (const place of [...this.#deps.elsewhere.places({ roomId, userId })]) this.#rooms.put(place, false);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#rereading);
    await this.#outbox.close();
    this.#deps.bus.send(EVERYONE, { leaving: true });
    await this.#deps.store.leave().catch(() => {});
  }

  #hear(_channel: string, from: string, message: unknown): void {
    const { users, views, leaving } = message as Partial<PresenceNews> & { leaving?: true };
    if (leaving) return void this.#seen.set(from, performance.now() + LEAVING_MS);
    if (!users && !views) return;
    this.#seen.set(from, performance.now());
    for (const { userId, isOnline, added, removed, socketId, at } of users ?? []) {
      const was = this.#deps.listener.isOnline(userId);
      for (const roomId of added) this.#rooms.put({ roomId, userId, nodeId: from, isView: false }, true);
      for (const roomId of removed) this.#rooms.put({ roomId, userId, nodeId: from, isView: false }, false);
      const is = this.#deps.listener.isOnline(userId);
      // Also of one who has been online for long and is in a room with someone here from now on: who entered it before this
      // came has been answered without them.
      if (is && !was) this.#deps.listener.cameOnline(userId, added, { socketId, at });
      if (was && !is && !isOnline) this.#deps.listener.wentOffline(userId, removed, at);
    }
    for (const { isPresent, ...view } of views ?? [])
      this.#rooms.put({ ...view, nodeId: from, isView: true }, isPresent);
  }

  /** Says everything again, and reads what the others say: when they have had time for it, since all may be lost. */
  #heardAgain(): void {
    this.#rereadIn(REREAD_MS);
    // What happened to this node's way to the store happened to the others' as well. Not after each moment without it: a
    // way that comes and goes would keep the dead alive.
    if (performance.now() - this.#deafSince > LEASES_END_MS) this.#giveTime();
    this.#rewrite();
    void this.#beat();
  }

  #rereadIn(ms: number): void {
    clearTimeout(this.#rereading);
    // A store that has lost everything since the last beat knows of nobody: that says nothing about who is known of.
    const read = () => void this.#rooms.readAgain(() => this.#beat());
    if (!this.#closed) this.#rereading = setTimeout(read, ms);
  }

  #notHeard(): void {
    this.#deafSince = performance.now();
    clearTimeout(this.#rereading);
    this.#outbox.mustWait();
  }

  /** The others may have lost their leases, and be there. */
  #giveTime(): void {
    const now = performance.now();
    for (const nodeId of this.#seen.keys()) this.#seen.set(nodeId, now);
  }

  #rewrite(): void {
    this.#rewrittenAt = performance.now();
    for (const change of this.#deps.own()) this.#outbox.put(change);
  }

  /** Resolves with whether the store still had the lease; false when it cannot be asked. */
  async #beat(): Promise<boolean> {
    clearTimeout(this.#timer);
    const { bus, store } = this.#deps;
    let wasKnown = false;
    try {
      const answer = await store.beat();
      const { live } = answer;
      wasKnown = answer.wasKnown;
      const now = performance.now();
      for (const nodeId of live) if (nodeId !== bus.nodeId) this.#seen.set(nodeId, now);
      // The first time, or Redis has lost everything: then the others have just lost their leases as well.
      if (!wasKnown) this.#giveTime();
      if (!wasKnown || now - this.#rewrittenAt > REWRITE_MS) this.#rewrite();
      if (!wasKnown) this.#rereadIn(FORGOTTEN_MS);
      this.#outbox.mayWrite();
      for (const [nodeId, seenAt] of this.#seen) if (now - seenAt > MISSED_MS) this.#nodeGone(nodeId);
      this.#rooms.letGo(now - BEAT_MS);
    } catch (err) {
      this.#deps.log.debug({ err }, 'cannot renew the lease of this server');
    }
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#beat(), BEAT_MS);
    return wasKnown;
  }

  #nodeGone(nodeId: string): void {
    this.#seen.delete(nodeId);
    this.#deps.log.info({ nodeId }, 'a server is gone');
    const transitions = new Transitions(this.#deps.listener);
    for (const place of [...this.#deps.elsewhere.places({ nodeId })]) {
      transitions.note(place);
      this.#rooms.put(place, false);
      const { roomId, userId, isView } = place;
      if (isView && !this.#deps.elsewhere.showsRoom(roomId, userId)) this.#deps.listener.viewLost(roomId, userId);
    }
    transitions.tell();
    this.#deps.nodeGone();
  }
}
