import type { EventName } from '@dream-studio/contracts';
import type { Namespace } from 'socket.io';
import type { Audience, Emission, Publisher } from '../core/ports.js';
import { roomKey, userKey } from './audience.js';
import { withoutHurry } from './coalesced-writes.js';
import type { PresenceRegistry } from './presence-registry.js';
import type { RoomAdapter } from './room-adapter.js';

/** Who comes and goes: many at once when a server comes back, each told to many, and nobody waits for it. */
const UNHURRIED: ReadonlySet<EventName> = new Set(['user:online', 'user:offline', 'member:joined', 'member:left']);

/** Sent without hurry, or with something done before or after. */
const ALONE: ReadonlySet<EventName> = new Set([...UNHURRIED, 'member:added', 'member:removed']);

/** What membership means for live sockets, told in the order of the log. */
export interface MembershipListener {
  memberAdded(userId: number, roomId: number): void;
  memberRemoved(userId: number, roomId: number): void;
}

/**
 * Sends events to the sockets of all namespaces. A new member is counted in before the event, so that it reaches them; a
 * removed one is put out after it, so that they learn of it and of nothing later.
 */
export class SocketPublisher implements Publisher {
  readonly #namespaces: readonly Namespace[];
  readonly #registry: PresenceRegistry;
  #membership: MembershipListener | null = null;
  readonly #listeners: ((emission: Emission) => void)[] = [];

  constructor(namespaces: readonly Namespace[], registry: PresenceRegistry) {
    this.#namespaces = namespaces;
    this.#registry = registry;
  }

  follow(membership: MembershipListener): void {
    this.#membership = membership;
  }

  /** Hears of every event, when it is sent. The listener must not throw. */
  onPublished(listener: (emission: Emission) => void): void {
    this.#listeners.push(listener);
  }

  publish(emissions: readonly Emission[]): void {
    for (const together of runs(emissions)) {
      const [first] = together;
      if (is(first, 'member:added')) this.#membership?.memberAdded(first.payload.userId, first.payload.roomId);
      if (UNHURRIED.has(first.event)) withoutHurry(() => this.#send(together));
      else this.#send(together);
      if (is(first, 'member:removed')) this.#membership?.memberRemoved(first.payload.userId, first.payload.roomId);
      for (const emission of together) for (const listener of this.#listeners) listener(emission);
    }
  }

  #send(together: Run): void {
    const [first] = together;
    const room = onlyRoom(first);
    if (room === undefined) {
      this.#sendOne(first);
      return;
    }
    const events = together.map(({ event, payload }) => [event, payload] as const);
    for (const { adapter } of this.#namespaces) (adapter as RoomAdapter).emitAll(roomKey(room), events);
  }

  #sendOne({ event, audience, payload }: Emission): void {
    const keys = this.#keysOf(audience);
    const except = exceptionsOf(audience);
    for (const namespace of this.#namespaces) {
      const { rooms } = namespace.adapter;
      const present = keys.filter((key) => rooms.has(key));
      // Nothing is encoded for nobody; and Socket.IO takes an empty list of rooms for everyone.
      if (present.length === 0) continue;
      const to = namespace.to(present);
      (except.length > 0 ? to.except(except) : to).emit(event, payload);
    }
  }

  #keysOf({ room, membersOf, users = [] }: Audience): string[] {
    const keys = users.map(userKey);
    if (room !== undefined) keys.push(roomKey(room));
    if (membersOf !== undefined) for (const userId of this.#registry.onlineIn(membersOf)) keys.push(userKey(userId));
    return keys;
  }
}

/** At least one emission; if more, all are for those who have entered the same room, and for nobody else. */
type Run = readonly [Emission, ...Emission[]];

/** What goes to the same room, one right after the other, is sent together. */
function runs(emissions: readonly Emission[]): Run[] {
  const found: [Emission, ...Emission[]][] = [];
  let open: number | undefined;
  for (const emission of emissions) {
    const room = ALONE.has(emission.event) ? undefined : onlyRoom(emission);
    if (room !== undefined && room === open) found.at(-1)?.push(emission);
    else found.push([emission]);
    open = room;
  }
  return found;
}

/** The room, of an emission for those who have entered it and for nobody else. */
function onlyRoom({ audience }: Emission): number | undefined {
  const { room, membersOf, users, exceptSocketId, exceptRoom } = audience;
  const isOnly = (membersOf ?? users ?? exceptSocketId ?? exceptRoom) === undefined;
  return isOnly ? room : undefined;
}

function exceptionsOf({ exceptSocketId, exceptRoom }: Audience): string[] {
  const keys = exceptSocketId === undefined ? [] : [exceptSocketId];
  if (exceptRoom !== undefined) keys.push(roomKey(exceptRoom));
  return keys;
}

/** Whether an emission is of this event. */
export const is = <E extends EventName>(emission: Emission, event: E): emission is Emission<E> =>
  emission.event === event;
