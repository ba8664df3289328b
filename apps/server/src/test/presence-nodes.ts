import { vi } from 'vitest';
import { EVERYONE } from '../realtime/channels.js';
import { Elsewhere } from '../realtime/elsewhere.js';
import { LEASE_MS, Peers } from '../realtime/peers.js';
import { PresenceAnnouncer } from '../realtime/presence.js';
import { PresenceRegistry } from '../realtime/presence-registry.js';
import { createMemoryHub, MemoryPresence } from './memory-nodes.js';

export const ROOM = 5;
/** Users from here on are members of nothing in the beginning. */
export const STRANGERS = 10;
const GRACE_MS = 5_000;

/** Lets time pass, and what is under way be done. With fake timers only. */
export const pass = (ms = 5) => vi.advanceTimersByTimeAsync(ms);

/** Nodes that share a store and a bus. Everyone who is no stranger is a member of room 5. */
export function startNodes() {
  const hub = createMemoryHub();
  const store = new MemoryPresence(LEASE_MS);
  const quiet = vi.fn();
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

  const node = (nodeId: string) => {
    const bus = hub.node(nodeId);
    // The publisher does.
    void bus.subscribe([EVERYONE]);
    const elsewhere = new Elsewhere();
    const registry = new PresenceRegistry(elsewhere);
    const told: string[] = [];
    const publisher = {
      publish(emissions: readonly { event: string; payload: object; audience: { users?: readonly number[] } }[]) {
        for (const { event, payload, audience } of emissions) {
          const { userId } = payload as { userId?: number };
          // To those of this node who are someone else's sockets: the user's own are told all the same.
          const others = (audience.users ?? [0]).filter((one) => one !== userId);
          if (others.length > 0) told.push(`${event} ${userId ?? ''}`);
        }
      },
    };
    const dropped: number[] = [];
    let nodesGone = 0;
    const announcer = new PresenceAnnouncer({
      registry,
      elsewhere,
      publisher,
      everywhere: publisher,
      log,
      rooms: async (userId) => (userId < STRANGERS ? [{ roomId: ROOM, seq: 0 }] : []),
      learn() {},
      lastDisconnected: (userId) => void dropped.push(userId),
      markSeen: async () => new Date(),
    });
    const peers = new Peers({
      bus,
      store: store.of(nodeId),
      elsewhere,
      log,
      isLocal: (roomId) => registry.onlineIn(roomId).size > 0,
      own: () => announcer.own(),
      listener: announcer,
      nodeGone: () => {
        nodesGone += 1;
      },
    });
    announcer.join(peers);
    return {
      bus,
      registry,
      elsewhere,
      announcer,
      peers,
      dropped,
      /** How many nodes it was told are dead. */
      nodesGone: () => nodesGone,
      async connect(userId: number, socketId: string) {
        await announcer.expect(userId);
        announcer.connected(userId, socketId);
        await pass();
      },
      async disconnect(userId: number, socketId: string) {
        announcer.disconnected(userId, socketId, []);
        await pass(GRACE_MS + 5);
      },
      /** What was told since last asked. */
      news: () => told.splice(0),
      online: async () => [...new Set([...registry.onlineIn(ROOM), ...(await peers.onlineIn(ROOM))])].toSorted(),
      /** kill -9 */
      die() {
        dead.add(nodeId);
        announcer.close();
        bus.close();
        bus.setUp(false);
      },
    };
  };
  const dead = new Set<string>();
  const of = store.of.bind(store);
  vi.spyOn(store, 'of').mockImplementation((nodeId) => {
    const own = of(nodeId);
    const unlessDead =
      <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (dead.has(nodeId)) throw new Error('dead');
        return work(...args);
      };
    return {
      write: unlessDead(own.write),
      read: unlessDead(own.read),
      beat: unlessDead(own.beat),
      leave: unlessDead(own.leave),
    };
  });
  return { hub, store, node };
}

/** Two of them. */
export async function startTwo() {
  const system = startNodes();
  const [a, b] = [system.node('a'), system.node('b')];
  await pass();
  return { ...system, a, b };
}
