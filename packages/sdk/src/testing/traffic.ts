/** Knows when packets move between the double and its clients. */
export interface Traffic {
  /** A packet was sent, or has arrived. */
  moved(): void;
  /** Resolves when no packet moves any more, but for those a fault or a clock holds back. */
  settled(): Promise<void>;
}

/** What one packet leads to may take this many turns of the event loop: reading an HTTP body is not done in one. */
const QUIET_TURNS = 3;

export function createTraffic(): Traffic {
  let moves = 0;
  return {
    moved() {
      moves += 1;
    },
    async settled() {
      for (let seen = -1; seen !== moves; ) {
        seen = moves;
        for (let turn = 0; turn < QUIET_TURNS; turn++) await nextTurn();
      }
    },
  };
}

/** As browsers and Node have it; Node's types know it only by its own interface. */
interface Port {
  onmessage: () => void;
  postMessage(message: null): void;
  close(): void;
}

/** Not a timer: a test runner may have replaced those. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as unknown as Record<'port1' | 'port2', Port>;
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
