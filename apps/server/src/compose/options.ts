import type { Bus, Emission, LogPublisher, Publisher } from '../core/ports.js';
import type { RoomOrder } from '../realtime/log-order.js';

/** What tests of faults change. */
export interface ComposeOptions {
  /** In place of the protocol's time between two beats, in milliseconds. */
  beatMs?: number;
  /** In place of the time between two looks for who is kept out, in milliseconds. */
  standingMs?: number;
  /** In place of the time between two looks for who was removed from rooms, in milliseconds. */
  removalsMs?: number;
  /** Called when entries of a room's log are about to be published; with `false` nobody is told of them. */
  beforePublish?(emissions: readonly Emission[]): boolean;
  /** Called with what other nodes are about to be told; with `false` they are not. */
  beforeSend?(message: unknown): boolean;
  /** Takes the place of what puts rooms' logs in order. */
  replaceOrder?(order: RoomOrder, local: Publisher): RoomOrder;
}

export function failing(publisher: LogPublisher, { beforePublish }: ComposeOptions): LogPublisher {
  if (!beforePublish) return publisher;
  return {
    async publish(roomId, emissions) {
      if (beforePublish(emissions)) await publisher.publish(roomId, emissions);
    },
  };
}

export function failingBus(bus: Bus, { beforeSend }: ComposeOptions): Bus {
  if (!beforeSend) return bus;
  const send = bus.send.bind(bus);
  bus.send = (channel, message) => {
    if (beforeSend(message)) send(channel, message);
  };
  return bus;
}
