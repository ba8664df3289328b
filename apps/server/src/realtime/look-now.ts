import { atMostEvery } from '../core/at-most-every.js';
import type { Bus } from '../core/ports.js';
import { EVERYONE } from './channels.js';

/** Looks that others ask for are so far apart, however many ask. */
export const LOOK_EVERY_MS = 1_000;
/** Rooms are many, and all nodes are asked at the same moment. */
export const JITTER_MS = 500;

/** What there is to look for: who is kept out, or how far the logs of rooms are. */
type What = 'standings' | 'logs';

/** Nothing more goes over the bus: what there is to know is in the database. */
interface LookMessage {
  look: What;
}

export interface LookNow {
  /** Has all other nodes look. */
  tell(what: What): void;
  close(): void;
}

/** What each node looks for in the database at its own pace, it looks for at once when another says that there is something. */
export function createLookNow(bus: Bus, looks: Record<What, () => void>): LookNow {
  const due = {
    standings: atMostEvery(LOOK_EVERY_MS, looks.standings),
    logs: atMostEvery(LOOK_EVERY_MS, looks.logs, JITTER_MS),
  };

  const tell = (look: What) => bus.send(EVERYONE, { look } satisfies LookMessage);

  void bus.subscribe([EVERYONE]);
  bus.onMessage((_channel, _from, message) => {
    const { look } = message as Partial<LookMessage>;
    if (look !== undefined && Object.hasOwn(due, look)) due[look].ask();
  });
  bus.onChange((isUp) => {
    // What this node has committed meanwhile nobody else has heard of.
    if (isUp) tell('logs');
  });

  return {
    tell,
    close() {
      for (const one of Object.values(due)) one.close();
    },
  };
}
