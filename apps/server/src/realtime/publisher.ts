import type { EventName } from '@dream-studio/contracts';
import type { Namespace } from 'socket.io';
import type { Audience, Emission, Publisher } from '../core/ports.js';
import { roomKey, userKey } from './audience.js';
import { withoutHurry } from './coalesced-writes.js';
import type { PresenceRegistry } from './presence-registry.js';

/** Who comes and goes: many at once when a server comes back, each told to many, and nobody waits for it. */
const UNHURRIED: ReadonlySet<EventName> = new Set(['user:online', 'user:offline', 'member:joined', 'member:left']);

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
    for (const emission of emissions) {
      if (is(emission, 'member:added')) this.#membership?.memberAdded(emission.payload.userId, emission.payload.roomId);
      if (UNHURRIED.has(emission.event)) withoutHurry(() => this.#send(emission));
      else this.#send(emission);
      if (is(emission, 'member:removed')) {
        this.#membership?.memberRemoved(emission.payload.userId, emission.payload.roomId);
      }
      for (const listener of this.#listeners) listener(emission);
    }
  }

  #send({ event, audience, payload }: Emission): void {
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

function exceptionsOf({ exceptSocketId, exceptRoom }: Audience): string[] {
  const keys = exceptSocketId === undefined ? [] : [exceptSocketId];
  if (exceptRoom !== undefined) keys.push(roomKey(exceptRoom));
  return keys;
}

/** Whether an emission is of this event. */
export const is = <E extends EventName>(emission: Emission, event: E): emission is Emission<E> =>
  emission.event === event;
