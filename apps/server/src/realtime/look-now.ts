import { atMostEvery } from '../core/at-most-every.js';
import type { Bus } from '../core/ports.js';
import { EVERYONE } from './channels.js';

/** Looks that others ask for are as far apart, however many ask. */
export const LOOK_EVERY_MS = 1_000;

/** Nothing but what to look for goes over the bus: what there is to know is in the database. */
interface LookMessage {
  look: 'standings';
}

export interface LookNow {
  /** Has all other nodes look. */
  tell(what: LookMessage['look']): void;
  close(): void;
}

/** What each node looks for in the database at its own pace, it looks for at once when another says that there is something. */
export function createLookNow(bus: Bus, looks: { standings(): void }): LookNow {
  const standings = atMostEvery(LOOK_EVERY_MS, looks.standings);

  void bus.subscribe([EVERYONE]);
  bus.onMessage((_channel, _from, message) => {
    const { look } = message as Partial<LookMessage>;
    if (look === 'standings') standings.ask();
  });

  return {
    tell: (look) => bus.send(EVERYONE, { look } satisfies LookMessage),
    close: standings.close,
  };
}
