import type { Log } from '../core/ports.js';
import type { UserRepository } from '../features/user/user.repository.js';
import { createRedisPresenceStore } from '../infra/redis/redis-presence-store.js';
import { createRedisSocketCount } from '../infra/redis/redis-socket-count.js';
import { LEASE_MS, Peers } from '../realtime/peers.js';
import { PresenceAnnouncer } from '../realtime/presence.js';
import { createPresence } from '../realtime/presence-over-nodes.js';
import type { Nodes } from './nodes.js';
import type { Publishing } from './publishing.js';

interface PresencePartsDeps {
  nodes: Nodes;
  publishing: Publishing;
  users: UserRepository;
  log: Log;
  lastDisconnected(userId: number): void;
  nodeGone(): void;
}

/** Who is online, and shows which room: on this node, and on the others when there are any. */
export function createPresenceParts(deps: PresencePartsDeps) {
  const { nodes, publishing, users, log, lastDisconnected, nodeGone } = deps;
  const { redis, bus } = nodes;
  const { registry, elsewhere, local, publisher, published } = publishing;
  const announcer = new PresenceAnnouncer({
    registry,
    elsewhere,
    publisher: local,
    everywhere: publisher,
    log,
    rooms: users.rooms,
    learn: (roomId, seq) => published.learn(roomId, seq),
    lastDisconnected,
    markSeen: users.markSeen,
  });
  const peers =
    redis &&
    new Peers({
      bus,
      store: createRedisPresenceStore(redis, bus.nodeId, LEASE_MS),
      elsewhere,
      log,
      isLocal: (roomId) => registry.onlineIn(roomId).size > 0,
      own: () => announcer.own(),
      listener: announcer,
      nodeGone,
    });
  if (peers) announcer.join(peers);

  return {
    announcer,
    presence: createPresence({ registry, announcer, peers }),
    /** null for a node that is alone. */
    socketCount: redis && peers && createRedisSocketCount(redis, bus, peers),
    leaveNodes: async () => peers?.close(),
  };
}
