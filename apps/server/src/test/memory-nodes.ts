import type { Bus, BusListener, PresenceChange, PresenceEntry, PresenceStore } from '../core/ports.js';

/** The bus of one of the hub's nodes, and what a test does to it. */
export interface MemoryBus extends Bus {
  /** Loses the others, or hears them again. */
  setUp(isUp: boolean): void;
  readonly channels: ReadonlySet<string>;
}

/** Buses of one process that hear each other, for unit tests: what one says the others have heard when it returns. */
export function createMemoryHub() {
  const nodes = new Set<MemoryBus & { hear: BusListener }>();

  return {
    /** What was said, by whom and where; whoever heard it. */
    said: [] as { from: string; channel: string; message: unknown }[],
    node(nodeId: string): MemoryBus {
      const { said } = this;
      const listeners: BusListener[] = [];
      const onChange: ((isUp: boolean) => void)[] = [];
      const channels = new Set<string>();
      let isUp = true;
      const bus = {
        nodeId,
        channels,
        isUp: () => isUp,
        suspect: () => bus.setUp(false),
        setUp(now: boolean) {
          if (isUp === now) return;
          isUp = now;
          for (const listener of onChange) listener(now);
        },
        send(channel: string, message: unknown) {
          if (!isUp) return;
          // As it comes over a network: a copy.
          const copy = JSON.parse(JSON.stringify(message));
          said.push({ from: nodeId, channel, message: copy });
          for (const node of nodes) {
            if (node !== bus && node.isUp() && node.channels.has(channel)) node.hear(channel, nodeId, copy);
          }
        },
        hear: ((...args) => {
          for (const listener of listeners) listener(...args);
        }) as BusListener,
        async subscribe(names: readonly string[]) {
          for (const name of names) channels.add(name);
        },
        unsubscribe(names: readonly string[]) {
          for (const name of names) channels.delete(name);
        },
        onMessage: (listener: BusListener) => void listeners.push(listener),
        onChange: (listener: (isUp: boolean) => void) => void onChange.push(listener),
        close: () => void nodes.delete(bus),
      };
      nodes.add(bus);
      return bus;
    },
  };
}

/** What nodes have written, in memory, by the clock of the test. */
export class MemoryPresence {
  readonly leases = new Map<string, number>();
  readonly entries = new Map<string, PresenceEntry & { roomId: number }>();
  /** Called before each operation; a throw or a rejection is the store's. */
  before: (operation: 'write' | 'read' | 'beat' | 'leave', nodeId: string) => void | Promise<void> = () => {};
  takesWrites = true;
  readonly #leaseMs: number;

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** Redis started anew. */
  flush(): void {
    this.leases.clear();
    this.entries.clear();
  }

  of(nodeId: string): PresenceStore {
    return {
      write: async (changes) => {
        await this.before('write', nodeId);
        if (this.takesWrites) for (const change of changes) this.#put(nodeId, change);
        return this.takesWrites;
      },
      read: async (roomIds) => {
        await this.before('read', nodeId);
        const live = this.#live();
        const found = [...this.entries.values()].filter((entry) => live.includes(entry.nodeId));
        return new Map(roomIds.map((roomId) => [roomId, found.filter((entry) => entry.roomId === roomId)]));
      },
      beat: async () => {
        await this.before('beat', nodeId);
        if (!this.takesWrites) throw new Error('no writes');
        const wasKnown = this.#live().includes(nodeId);
        this.leases.set(nodeId, Date.now() + this.#leaseMs);
        return { wasKnown, live: this.#live() };
      },
      leave: async () => {
        await this.before('leave', nodeId);
        this.leases.delete(nodeId);
      },
    };
  }

  #put(nodeId: string, { roomId, userId, isView, isPresent }: PresenceChange): void {
    const key = [roomId, userId, nodeId, isView].join();
    if (isPresent) this.entries.set(key, { roomId, userId, nodeId, isView });
    else this.entries.delete(key);
  }

  #live(): string[] {
    return [...this.leases].filter(([, end]) => end > Date.now()).map(([nodeId]) => nodeId);
  }
}
