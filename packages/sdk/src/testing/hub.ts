import type { EventName, Payload } from '@dream-studio/contracts';
import type { Connection, Connections } from './connections.js';
import type { FaultPlan } from './faults.js';
import type { State } from './state.js';

/** Who gets an event: the union of what is named. */
export interface Audience {
  /** Sockets that have entered the room. */
  room?: number;
  /** All sockets of all members of the room, in it or not. */
  membersOf?: number;
  /** All sockets of these users. */
  users?: readonly number[];
  /** This socket alone. */
  socketId?: string;
  /** This socket is left out. */
  exceptSocketId?: string;
}

export interface Emission<E extends EventName = EventName> {
  event: E;
  audience: Audience;
  payload: Payload<E>;
}

/** An event the double has sent. `userIds`: whose sockets it was for, faults or not. */
export type SentEvent = {
  [E in EventName]: { readonly event: E; readonly payload: Payload<E>; readonly userIds: readonly number[] };
}[EventName];

/** Hands events to sockets, in order, and lets faults happen to them. */
export interface Hub {
  readonly sent: readonly SentEvent[];
  publish(emissions: readonly Emission[]): void;
  /** Calls `follower` after each event. */
  follow(follower: (emission: Emission) => void): void;
}

export function createHub(state: State, connections: Connections, faults: FaultPlan): Hub {
  const sent: SentEvent[] = [];
  const followers: ((emission: Emission) => void)[] = [];

  const isFor = ({ room, membersOf, users, socketId, exceptSocketId }: Audience, connection: Connection) =>
    connection.id !== exceptSocketId &&
    ((room !== undefined && connection.rooms.has(room)) ||
      (membersOf !== undefined && state.rooms.get(membersOf)?.members.has(connection.userId)) ||
      users?.includes(connection.userId) ||
      connection.id === socketId);

  const send = ({ event, audience, payload }: Emission) => {
    const recipients = [...connections].filter((connection) => isFor(audience, connection));
    const userIds = [...new Set(recipients.map(({ userId }) => userId))];
    sent.push({ event, payload, userIds } as SentEvent);
    const drop = faults.takeEvent('drop', event, userIds);
    const delay = faults.takeEvent('delay', event, userIds);
    const duplicate = faults.takeEvent('duplicate', event, userIds);
    for (const connection of recipients) {
      if (drop?.hits(connection.userId)) continue;
      connection.deliver(event, payload, delay?.hits(connection.userId) ? delay.ms : 0);
      if (duplicate?.hits(connection.userId)) connection.deliver(event, payload, 0);
    }
  };

  return {
    sent,
    publish(emissions) {
      for (const emission of emissions) {
        send(emission);
        for (const follower of followers) follower(emission);
      }
    },
    follow: (follower) => void followers.push(follower),
  };
}
