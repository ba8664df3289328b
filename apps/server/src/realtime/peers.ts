import type { PresenceStore } from '../core/ports.js';
import { EVERYONE } from './channels.js';
import { changeKey, createPresenceOutbox, type OwnChange, type PresenceNews } from './presence-outbox.js';
import { Transitions } from './transitions.js';
import { WatchedRooms, type WatchedRoomsDeps } from './watched-rooms.js';

/** A node that stops is dead after this, and after it has been missed for a beat: together under 30 s. */
export const LEASE_MS = 15_000;
const BEAT_MS = 4_000;
const MISSED_MS = 5_000;
/** A node that ends well has sent its clients elsewhere: they may take some seconds more than those of one that is dead. */
const LEAVING_MS = 1_000;
/** When this node could not renew its lease for so long, others may have none any more, and be there. One beat less is none. */
const LEASES_END_MS = LEASE_MS - 1.5 * BEAT_MS;
/** When the others are heard again, they need so long to find that out, and to say everything again. */
const REREAD_MS = 3_000;
/** When the store has lost everything, each of them finds that out by its own beat. */
const FORGOTTEN_MS = BEAT_MS + 1_000;
/** What this node has is written again this often: what nobody writes is forgotten in the end. */
const REWRITE_MS = 30 * 60_000;
/** A store that comes back as it was before is hardly older; what nobody writes about for so long it has forgotten. */
const WRITTEN_MS = 2 * 60 * 60_000;

/** What a node tells the others of itself. */
interface NodeNews {
  leaving: true;
  /** It may have written something meanwhile that it could not tell. */
  hearsAgain: true;
}

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
  /** Rooms of which this node has written anything, and when it last did; the oldest first. */
  readonly #written = new Map<number, number>();
  readonly #onRewrite: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Until all is read again: the others may not have said everything. */
  #rereading: NodeJS.Timeout | undefined;
  /** Until all is read again for another node, that could not tell what it had written. */
  #readingForOther: NodeJS.Timeout | undefined;
  #rewrittenAt = performance.now();
  #renewedAt = performance.now();
  /** The lease was renewed when last tried, since the others are heard. */
  #isRenewed = false;
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
    this.#written.delete(change.roomId);
    this.#written.set(change.roomId, performance.now());
    this.#outbox.put(change);
  }

  /** Resolves when this node knows who is in the rooms elsewhere, and hears of changes; or cannot know now. */
  watch(roomIds: readonly number[]): Promise<void> {
    return this.#rooms.watch(roomIds);
  }

  /** Members of the room that are online on other nodes: one round trip at most. What cannot be read counts as nobody. */
  async onlineIn(roomId: number): Promise<Iterable<number>> {
    const { bus, elsewhere } = this.#deps;
    const known = () => elsewhere.onlineIn(roomId).keys();
    return bus.isUp() ? this.#readOnlineIn(roomId).catch(known) : known();
  }

  /**
   * As `onlineIn`; rejects when it cannot be known. While this node cannot renew its lease the others may not be able to say
   * what is new on them; and when they can again, who is not known of may be there until they have.
   */
  async isOnlineIn(roomId: number, userId: number): Promise<boolean> {
    if (!this.#canKnow()) throw new Error('the other servers cannot be asked');
    if ([...(await this.#readOnlineIn(roomId))].includes(userId)) return true;
    if (this.#rereading || !this.#canKnow()) throw new Error('the other servers may not have said all');
    return false;
  }

  /** The others. */
  liveNodes(): Iterable<string> {
    return this.#seen.keys();
  }

  /** Whatever else this node has in the store is to be written again: that may be lost, or is forgotten in the end. */
  onRewrite(listener: () => void): void {
    this.#onRewrite.push(listener);
  }

  /** A user is no member any more, wherever they are online. */
  forgetMember(roomId: number, userId: number): void {
    for (const place of [...this.#deps.elsewhere.places({ roomId, userId })]) this.#rooms.put(place, false);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#rereading);
    clearTimeout(this.#readingForOther);
    await this.#outbox.close();
    this.#deps.bus.send(EVERYONE, { leaving: true } satisfies Partial<NodeNews>);
    await this.#deps.store.leave().catch(() => {});
  }

  #canKnow(): boolean {
    return this.#deps.bus.isUp() && this.#isRenewed;
  }

  async #readOnlineIn(roomId: number): Promise<Iterable<number>> {
    const { bus, store, elsewhere } = this.#deps;
    if (this.#rooms.isRead(roomId)) return elsewhere.onlineIn(roomId).keys();
    const entries = (await store.read([roomId])).get(roomId) ?? [];
    return entries.filter((entry) => !entry.isView && entry.nodeId !== bus.nodeId).map(({ userId }) => userId);
  }

  #hear(_channel: string, from: string, message: unknown): void {
    const { users, views, leaving, hearsAgain } = message as Partial<PresenceNews> & Partial<NodeNews>;
    if (leaving) return void this.#seen.set(from, performance.now() + LEAVING_MS);
    if (hearsAgain) return void this.#readForOther();
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

  /**
   * Says everything again, and reads what the others say: when they have had time for it, since all may be lost. They read
   * as well: who left this node is in the store no more, and if it could not tell, nobody else will.
   */
  #heardAgain(): void {
    this.#deps.bus.send(EVERYONE, { hearsAgain: true } satisfies Partial<NodeNews>);
    this.#rereadIn(REREAD_MS);
    this.#rewrite();
    void this.#beat();
  }

  #rereadIn(ms: number): void {
    clearTimeout(this.#rereading);
    if (this.#closed) return;
    const timer = setTimeout(async () => {
      await this.#readAgain();
      if (this.#rereading === timer) this.#rereading = undefined;
    }, ms);
    this.#rereading = timer;
  }

  #readForOther(): void {
    if (this.#closed) return;
    this.#readingForOther ??= setTimeout(() => {
      this.#readingForOther = undefined;
      // Otherwise all is read soon, and before that the others may not have said everything.
      if (!this.#rereading) void this.#readAgain();
    }, REREAD_MS);
  }

  #readAgain(): Promise<void> {
    // A store that has lost everything since the last beat knows of nobody: that says nothing about who is known of.
    return this.#rooms.readAgain(() => this.#beat());
  }

  #notHeard(): void {
    clearTimeout(this.#rereading);
    this.#isRenewed = false;
    this.#outbox.mustWait();
  }

  /** The others may have lost their leases, and be there. */
  #giveTime(): void {
    const now = performance.now();
    for (const nodeId of this.#seen.keys()) this.#seen.set(nodeId, now);
  }

  #rewrite(): void {
    this.#rewrittenAt = performance.now();
    for (const change of this.#deps.own()) this.changed(change);
    for (const listener of this.#onRewrite) listener();
  }

  /**
   * Takes out of the store what is not so on this node any more. A store that comes back as it was before, a replica that
   * lacked the last writes or a snapshot, has it again under a lease that is renewed, so that the others take it for true:
   * also in rooms with nobody left here, which is why it is looked for wherever this node has written.
   */
  async #removeOld(): Promise<void> {
    const { bus, store, log } = this.#deps;
    try {
      const entries = await store.read([...this.#written.keys()]);
      const own = new Set<string>();
      const online = new Set<number>();
      for (const change of this.#deps.own()) {
        own.add(changeKey(change));
        if (!change.isView) online.add(change.userId);
      }
      const at = new Date().toISOString();
      for (const [roomId, ofRoom] of entries) {
        for (const { nodeId, userId, isView } of ofRoom) {
          const place = { roomId, userId, isView };
          if (nodeId !== bus.nodeId || own.has(changeKey(place))) continue;
          this.changed({ ...place, isPresent: false, isOnline: online.has(userId), socketId: '', at });
        }
      }
    } catch (err) {
      log.debug({ err }, 'cannot read what this server has written');
      // It is tried again when the others are heard again.
      bus.suspect();
    }
  }

  /** Resolves with whether the store still had the lease; false when it cannot be asked. */
  async #beat(): Promise<boolean> {
    clearTimeout(this.#timer);
    // What has been given up must not be had again.
    if (this.#closed) return false;
    let wasKnown = false;
    try {
      const answer = await this.#deps.store.beat();
      wasKnown = answer.wasKnown;
      this.#renewed(answer);
    } catch (err) {
      this.#isRenewed = false;
      this.#deps.log.debug({ err }, 'cannot renew the lease of this server');
    }
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#beat(), BEAT_MS);
    return wasKnown;
  }

  #renewed({ wasKnown, live }: Awaited<ReturnType<PresenceStore['beat']>>): void {
    const now = performance.now();
    for (const nodeId of live) if (nodeId !== this.#deps.bus.nodeId) this.#seen.set(nodeId, now);
    // The first time, or the store has lost everything, or took nothing for long: then the others may have lost theirs as well.
    // Not after each moment without it: a way to the store that comes and goes would keep the dead alive.
    if (!wasKnown || now - this.#renewedAt > LEASES_END_MS) {
      this.#giveTime();
      this.#rereadIn(FORGOTTEN_MS);
    } else if (!this.#isRenewed) this.#rereadIn(REREAD_MS);
    if (!wasKnown || !this.#isRenewed) void this.#removeOld();
    this.#renewedAt = now;
    this.#isRenewed = true;
    if (!wasKnown || now - this.#rewrittenAt > REWRITE_MS) this.#rewrite();
    this.#outbox.mayWrite();
    for (const [nodeId, seenAt] of this.#seen) if (now - seenAt > MISSED_MS) this.#nodeGone(nodeId);
    this.#rooms.letGo(now - BEAT_MS);
    for (const [roomId, writtenAt] of this.#written) {
      if (now - writtenAt < WRITTEN_MS) break;
      this.#written.delete(roomId);
    }
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
