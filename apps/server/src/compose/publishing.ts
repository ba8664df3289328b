import type { Namespace } from 'socket.io';
import type { Log } from '../core/ports.js';
import { RoomTurns } from '../core/room-turns.js';
import { createRoomLog } from '../features/room/room-log.repository.js';
import type { SyncRepository } from '../features/sync/sync.repository.js';
import { createLogReader } from '../features/sync/sync.service.js';
import type { Database } from '../infra/prisma/database.js';
import { createClusterPublisher } from '../realtime/cluster-publisher.js';
import { Elsewhere } from '../realtime/elsewhere.js';
import { LogOrder } from '../realtime/log-order.js';
import { PresenceRegistry } from '../realtime/presence-registry.js';
import { PublishedLog } from '../realtime/published-log.js';
import { SocketPublisher } from '../realtime/publisher.js';
import { createRepair } from '../realtime/repair.js';
import type { Nodes } from './nodes.js';
import { type ComposeOptions, failing } from './options.js';

interface PublishingDeps {
  nodes: Nodes;
  namespaces: readonly Namespace[];
  database: Database;
  sync: SyncRepository;
  log: Log;
  options: ComposeOptions;
  /** Puts those out of the room that are no members any more. */
  checkMembers(roomId: number): Promise<void>;
}

export type Publishing = ReturnType<typeof createPublishing>;

/** The way of an event from a commit, here or on another node, to the sockets. */
export function createPublishing({ nodes, namespaces, database, sync, log, options, checkMembers }: PublishingDeps) {
  const { redis, bus } = nodes;
  const elsewhere = new Elsewhere();
  const registry = new PresenceRegistry(elsewhere);
  /** To sockets of this node. */
  const local = new SocketPublisher(namespaces, registry);
  const published = new PublishedLog();
  local.onPublished((emission) => published.published(emission));
  const logOrder = new LogOrder({
    published,
    publisher: local,
    repair: createRepair({ published, publisher: local, log, readLog: createLogReader(sync), checkMembers }),
    mayCome: () => redis !== null && bus.isUp(),
    log,
  });
  const order = options.replaceOrder?.(logOrder, local) ?? logOrder;
  const turns = new RoomTurns();
  const publisher = createClusterPublisher({ bus, local, order, turns });
  const roomLog = createRoomLog(database.prisma, failing(publisher.log, options));

  return { elsewhere, registry, local, published, order, publisher, roomLog, turns };
}
