import type { Bus, Log, PresenceEntry, PresenceStore } from '../core/ports.js';
import { EVERYONE, roomChannel } from './channels.js';
import type { Elsewhere, Place } from './elsewhere.js';
import { createPresenceOutbox, type OwnChange, type PresenceNews } from './presence-outbox.js';

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

/** What becomes of users by what other nodes tell. */
export interface PeersListener {
  /** Whether this node takes the user for online, here or elsewhere. */
  isOnline(userId: number): boolean;
  cameOnline(userId: number, roomIds: readonly number[], news: { socketId: string; at: string }): void;
  /** `at` is absent when nobody has said so: their node is dead, or this one has not heard it. */
  wentOffline(userId: number, roomIds: readonly number[], at?: string): void;
  /** The node on which the user showed the room is dead. */
  viewLost(roomId: number, userId: number): void;
}

export interface PeersDeps {
  bus: Bus;
  store: PresenceStore;
  elsewhere: Elsewhere;
  log: Log;
  /** Whether a member of the room is online on this node. */
  isLocal(roomId: number): boolean;
  /** All that is so on this node. */
  own(): Iterable<OwnChange>;
  listener: PeersListener;
  /** Another node has ended, or is dead: also one of whose users this node knows nothing, since it watches none of their rooms. */
  nodeGone(): void;
}

interface Heard {
  place: Place;
  isPresent: boolean;
}

interface Watch {
  /** When it was last asked for. */
  since: number;
  /** What is heard while the room is being read comes on top of it: one for each read under way. */
  readonly hearing: Set<Map<string, Heard>>;
  wasRead: boolean;
  /** What whoever watched it first was told rests on what was known then: what is new since is to be told. */
  isAnswered: boolean;
  read: Promise<void>;
}

/**
 * Presence over nodes. Each node says what is so on itself, in the store and on the bus, in this order; and keeps in memory
 * what the others say of the rooms that it watches: those with a member online here. So what it knows of a room is what was
 * in the store, and what it has heard since it asked.
 */
export class Peers {
  readonly #deps: PeersDeps;
  readonly #watched = new Map<number, Watch>();
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
  async watch(roomIds: readonly number[]): Promise<void> {
    const since = performance.now();
    const fresh: number[] = [];
    for (const roomId of roomIds) {
      const watch = this.#watched.get(roomId);
      if (watch) watch.since = since;
      else fresh.push(roomId);
    }
    for (const roomId of fresh) {
      const read = Promise.resolve();
      this.#watched.set(roomId, { since, hearing: new Set(), wasRead: false, isAnswered: false, read });
    }
    if (fresh.length > 0) {
      const watches = fresh.map((roomId) => this.#watched.get(roomId) as Watch);
      const answer = () => {
        for (const watch of watches) watch.isAnswered = true;
      };
      const read = this.#deps.bus
        .subscribe(fresh.map(roomChannel))
        .then(() => this.#read(fresh))
        .then(answer);
      for (const watch of watches) watch.read = read;
    }
    await Promise.all(new Set(roomIds.map((roomId) => this.#watched.get(roomId)?.read)));
  }

  /** Members of the room that are online on other nodes: one round trip at most. What cannot be read counts as nobody. */
  async onlineIn(roomId: number): Promise<Iterable<number>> {
    const { bus, store, elsewhere } = this.#deps;
    const watch = this.#watched.get(roomId);
    if (watch?.wasRead || !bus.isUp()) return elsewhere.onlineIn(roomId).keys();
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
    for (const place of [...this.#deps.elsewhere.places({ roomId, userId })]) this.#put(place, false);
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
    for (const { userId, isOnline, hasCome, added, removed, socketId, at } of users ?? []) {
      const was = this.#deps.listener.isOnline(userId);
      for (const roomId of added) this.#put({ roomId, userId, nodeId: from, isView: false }, true);
      for (const roomId of removed) this.#put({ roomId, userId, nodeId: from, isView: false }, false);
      const is = this.#deps.listener.isOnline(userId);
      if (is && !was && hasCome) this.#deps.listener.cameOnline(userId, added, { socketId, at });
      if (was && !is && !isOnline) this.#deps.listener.wentOffline(userId, removed, at);
    }
    for (const { isPresent, ...view } of views ?? []) this.#put({ ...view, nodeId: from, isView: true }, isPresent);
  }

  #put(place: Place, isPresent: boolean): void {
    const watch = this.#watched.get(place.roomId);
    for (const heard of watch?.hearing ?? []) heard.set(keyOf(place), { place, isPresent });
    if (isPresent && watch) this.#deps.elsewhere.add(place);
    if (!isPresent) this.#deps.elsewhere.remove(place);
  }

  /** Reads who is in the rooms, over what is known of them; tells of whom this node has not heard. Never rejects. */
  async #read(roomIds: readonly number[], isAgain = false): Promise<void> {
    const { bus, store } = this.#deps;
    if (!bus.isUp()) return;
    const reads = roomIds.flatMap((roomId) => {
      const watch = this.#watched.get(roomId);
      return watch ? [{ roomId, watch, heard: new Map<string, Heard>() }] : [];
    });
    for (const { watch, heard } of reads) watch.hearing.add(heard);
    const read = await store.read(roomIds).catch((err) => {
      this.#deps.log.debug({ err }, 'cannot read who is on other servers');
      bus.suspect();
    });
    // A store that has lost everything since the last beat knows of nobody: that says nothing about who is known of.
    const entries = isAgain && !(await this.#beat()) ? undefined : read;
    const transitions = new Transitions(this.#deps.listener);
    for (const { roomId, watch, heard } of reads) {
      watch.hearing.delete(heard);
      // Another watch of the room, since then, is read by itself.
      if (!entries || this.#watched.get(roomId) !== watch) continue;
      this.#replace(roomId, watch, entries.get(roomId) ?? [], heard, transitions);
    }
    transitions.tell();
  }

  /** What was read of a room, and what was heard while it was, in place of what was known. */
  #replace(
    roomId: number,
    watch: Watch,
    entries: readonly PresenceEntry[],
    heard: ReadonlyMap<string, Heard>,
    transitions: Transitions,
  ): void {
    const places = new Map<string, Place>();
    for (const entry of entries) {
      if (entry.nodeId !== this.#deps.bus.nodeId) places.set(keyOf(entry), { ...entry, roomId });
    }
    for (const [key, { place, isPresent }] of heard) {
      if (isPresent) places.set(key, place);
      else places.delete(key);
    }
    const put = (place: Place, isPresent: boolean) => {
      // Who was in a room when its first member here came is in that member's first answers.
      if (watch.isAnswered) transitions.note(place);
      this.#put(place, isPresent);
    };
    for (const place of [...this.#deps.elsewhere.places({ roomId })]) if (!places.has(keyOf(place))) put(place, false);
    for (const place of places.values()) put(place, true);
    watch.wasRead = true;
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
    if (!this.#closed) this.#rereading = setTimeout(() => void this.#read([...this.#watched.keys()], true), ms);
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
      this.#unwatch(now);
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
      this.#put(place, false);
      const { roomId, userId, isView } = place;
      if (isView && !this.#deps.elsewhere.showsRoom(roomId, userId)) this.#deps.listener.viewLost(roomId, userId);
    }
    transitions.tell();
    this.#deps.nodeGone();
  }

  /** Rooms without a member here; not those of someone who is just coming. */
  #unwatch(now: number): void {
    const unwanted: number[] = [];
    for (const [roomId, { since }] of this.#watched) {
      if (now - since > BEAT_MS && !this.#deps.isLocal(roomId)) unwanted.push(roomId);
    }
    for (const roomId of unwanted) {
      for (const place of [...this.#deps.elsewhere.places({ roomId })]) this.#deps.elsewhere.remove(place);
      this.#watched.delete(roomId);
    }
    if (unwanted.length > 0) this.#deps.bus.unsubscribe(unwanted.map(roomChannel));
  }
}

/** Whom many changes together have made online or offline, and in which rooms. */
class Transitions {
  readonly #listener: PeersListener;
  readonly #users = new Map<number, { was: boolean; roomIds: number[] }>();

  constructor(listener: PeersListener) {
    this.#listener = listener;
  }

  /** Before something about the user changes. */
  note({ roomId, userId, isView }: Place): void {
    if (isView) return;
    const user = this.#users.get(userId) ?? { was: this.#listener.isOnline(userId), roomIds: [] };
    user.roomIds.push(roomId);
    this.#users.set(userId, user);
  }

  tell(): void {
    const at = new Date().toISOString();
    for (const [userId, { was, roomIds }] of this.#users) {
      const is = this.#listener.isOnline(userId);
      if (is && !was) this.#listener.cameOnline(userId, roomIds, { socketId: '', at });
      if (was && !is) this.#listener.wentOffline(userId, roomIds);
    }
  }
}

const keyOf = ({ userId, nodeId, isView }: PresenceKey): string => `${userId} ${nodeId} ${isView}`;
type PresenceKey = Pick<Place, 'userId' | 'nodeId' | 'isView'>;
