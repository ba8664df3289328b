import { isEntry } from '../core/audience.js';
import type { Bus, Emission, LogPublisher, Publisher } from '../core/ports.js';
import type { RoomTurns } from '../core/room-turns.js';
import { channelOf, EVERYONE } from './channels.js';
import type { RoomOrder } from './log-order.js';

export interface ClusterPublisherDeps {
  bus: Bus;
  /** To sockets of this node. */
  local: Publisher;
  order: Pick<RoomOrder, 'publish'>;
  turns: Pick<RoomTurns, 'heard'>;
}

interface EmissionsMessage {
  /** Whose log the entries among them are of; absent when there are none. */
  roomId?: number;
  emissions: readonly Emission[];
}

/** Publishes to sockets of all nodes: of this one directly, of the others by the bus; and what the others have published. */
export function createClusterPublisher({ bus, local, order, turns }: ClusterPublisherDeps) {
  const tellOthers = (emissions: readonly Emission[], roomId?: number) => {
    const byChannel = new Map<string, Emission[]>();
    for (const emission of emissions) {
      const channel = channelOf(emission.audience);
      const open = byChannel.get(channel);
      if (open) open.push(emission);
      else byChannel.set(channel, [emission]);
    }
    for (const [channel, own] of byChannel) {
      const message: EmissionsMessage = { ...(roomId !== undefined && { roomId }), emissions: own };
      bus.send(channel, message);
    }
  };

  void bus.subscribe([EVERYONE]);
  bus.onMessage((_channel, from, message) => {
    const { roomId, emissions } = message as Partial<EmissionsMessage>;
    if (!emissions) return;
    if (roomId === undefined) {
      local.publish(emissions);
      return;
    }
    const last = emissions.findLast(isEntry);
    if (last) turns.heard(roomId, from, last.payload.seq);
    void order.publish(roomId, emissions);
  });

  const publisher: Publisher & { log: LogPublisher } = {
    publish(emissions) {
      if (emissions.length === 0) return;
      tellOthers(emissions);
      local.publish(emissions);
    },
    log: {
      publish(roomId, emissions) {
        tellOthers(emissions, roomId);
        return order.publish(roomId, emissions);
      },
    },
  };
  return publisher;
}
