import type { Absence, ClientRecord } from './record.js';

/** A message that another client was given this long before the connection was lost may still have been on its way. */
const ON_ITS_WAY_MS = 1_000;

/** How clients came back from one absence each. */
export interface CatchUp {
  readonly client: ClientRecord;
  readonly absence: Absence;
  /** When it was connected and had all that had been sent by then; null when that never came to be. */
  readonly at: number | null;
}

/**
 * For every absence that ended after `since`: when the client had everything that anyone had been given until it was
 * connected again.
 */
export function catchUps(clients: readonly ClientRecord[], since = 0): CatchUp[] {
  const firstSeen = firstSeenByRoom(clients);
  return clients.flatMap((client) => {
    const had = new Map<string, number>();
    for (const { text, at } of client.deliveries) if (!had.has(text)) had.set(text, at);
    return client.absences
      .filter(({ to }) => to === null || to >= since)
      .map((absence) => ({ client, absence, at: caughtUpAt(absence, had, firstSeen.get(client.room) ?? new Map()) }));
  });
}

/** By room and text, when the first client was given it. */
function firstSeenByRoom(clients: readonly ClientRecord[]): Map<number, Map<string, number>> {
  const rooms = new Map<number, Map<string, number>>();
  for (const { room, deliveries } of clients) {
    const seen = rooms.get(room) ?? new Map<string, number>();
    rooms.set(room, seen);
    for (const { text, at } of deliveries) seen.set(text, Math.min(at, seen.get(text) ?? at));
  }
  return rooms;
}

function caughtUpAt({ from, to }: Absence, had: Map<string, number>, firstSeen: Map<string, number>): number | null {
  if (to === null) return null;
  let last = to;
  for (const [text, at] of firstSeen) {
    if (at < from - ON_ITS_WAY_MS || at > to) continue;
    const came = had.get(text);
    if (came === undefined) return null;
    last = Math.max(last, came);
  }
  return last;
}
