import type { Bus, Log, PresenceEntry, PresenceStore } from '../core/ports.js';
import { roomChannel } from './channels.js';
import type { Elsewhere, Place } from './elsewhere.js';
import { type PeersListener, Transitions } from './transitions.js';

export interface WatchedRoomsDeps {
  bus: Bus;
  store: Pick<PresenceStore, 'read'>;
  elsewhere: Elsewhere;
  log: Log;
  /** Whether a member of the room is online on this node. */
  isLocal(roomId: number): boolean;
  listener: PeersListener;
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
 * What this node knows of the rooms with a member online here: what was in the store, and what it has heard since it asked.
 */
export class WatchedRooms {
  readonly #deps: WatchedRoomsDeps;
  readonly #watched = new Map<number, Watch>();

  constructor(deps: WatchedRoomsDeps) {
    this.#deps = deps;
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

  /** Whether who is in the room elsewhere is known. */
  isRead(roomId: number): boolean {
    return this.#watched.get(roomId)?.wasRead ?? false;
  }

  put(place: Place, isPresent: boolean): void {
    const watch = this.#watched.get(place.roomId);
    for (const heard of watch?.hearing ?? []) heard.set(keyOf(place), { place, isPresent });
    if (isPresent && watch) this.#deps.elsewhere.add(place);
    if (!isPresent) this.#deps.elsewhere.remove(place);
  }

  /** Reads all rooms, unless what was read turns out to say nothing. Never rejects. */
  readAgain(isTrue: () => Promise<boolean>): Promise<void> {
    return this.#read([...this.#watched.keys()], isTrue);
  }

  /** Lets go of rooms without a member here; not of those of someone who is just coming: asked for since then. */
  letGo(then: number): void {
    const unwanted: number[] = [];
    for (const [roomId, { since }] of this.#watched) {
      if (since < then && !this.#deps.isLocal(roomId)) unwanted.push(roomId);
    }
    for (const roomId of unwanted) {
      for (const place of [...this.#deps.elsewhere.places({ roomId })]) this.#deps.elsewhere.remove(place);
      this.#watched.delete(roomId);
    }
    if (unwanted.length > 0) this.#deps.bus.unsubscribe(unwanted.map(roomChannel));
  }

  /** Reads who is in the rooms, over what is known of them; tells of whom this node has not heard. Never rejects. */
  async #read(roomIds: readonly number[], isTrue?: () => Promise<boolean>): Promise<void> {
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
    const entries = isTrue && !(await isTrue()) ? undefined : read;
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
      this.put(place, isPresent);
    };
    for (const place of [...this.#deps.elsewhere.places({ roomId })]) if (!places.has(keyOf(place))) put(place, false);
    for (const place of places.values()) put(place, true);
    watch.wasRead = true;
  }
}

const keyOf = ({ userId, nodeId, isView }: Omit<Place, 'roomId'>): string => `${userId} ${nodeId} ${isView}`;
