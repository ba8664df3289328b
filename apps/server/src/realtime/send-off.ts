import { TIMES } from '@dream-studio/contracts';
import type { ConnectionTable } from './connection.js';

/** What a connection may cost the servers that take over. */
const PER_SOCKET_MS = 10;
/** For the last ones to go, after they were to. Then also those are cut that do not know the event. */
export const SEND_OFF_MARGIN_MS = 900;

/** Over how long so many sockets move. */
export const spreadMs = (sockets: number): number => Math.min(sockets * PER_SOCKET_MS, TIMES.drainSpreadMs);

/**
 * Tells all sockets that the server ends, and each another time to move at, spread evenly. Resolves when all are gone, or
 * should be: at once without any.
 */
export async function sendOff(connections: ConnectionTable): Promise<void> {
  const all = [...connections.all()];
  const spread = spreadMs(all.length);
  for (const [index, connection] of all.entries()) connection.tellDraining(Math.round((index / all.length) * spread));
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, spread + SEND_OFF_MARGIN_MS);
  });
  await Promise.race([connections.empty(), timeout]);
  clearTimeout(timer);
}
