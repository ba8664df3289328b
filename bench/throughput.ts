import { startPostgres } from '../scripts/lib/postgres.js';
import type { Outcome, Run } from './lib/bench.js';
import { pin, SERVER_CORE } from './lib/cores.js';
import { markdown } from './lib/figures.js';
import { createRoom, startServer, tokenOf } from './lib/server.js';
import { runLoad } from './load/run.js';

export async function throughput({ say, quick, processes }: Run): Promise<Outcome> {
  const postgres = await startPostgres({ fsync: true });
  try {
    const server = await startServer(processes, { DATABASE_URL: postgres.url });
    pin(server.pid, SERVER_CORE);
    const userIds = Array.from({ length: 200 }, (_, i) => i + 1);
    const id = await createRoom(server.url, 'Room', userIds);
    const members = await Promise.all(userIds.map(async (userId) => ({ userId, token: await tokenOf(userId) })));
    const rows: string[][] = [];
    for (const window of [1, 8, 32]) {
      say(`W=${window}`);
      const { acked, ...result } = await runLoad(processes, {
        port: server.port,
        dialect: 'socket.io',
        rooms: [{ id, members }],
        tag: `w${window}`,
        rate: { window },
        warmUpMs: 1_000,
        measureMs: quick ? 2_000 : 5_000,
        serverPid: server.pid,
        databasePid: postgres.pid,
      });
      console.log(JSON.stringify(result), acked.length);
      rows.push([
        `${window}`,
        (result.messages / result.seconds).toFixed(),
        ((result.serverCpuSeconds / result.deliveries) * 1e6).toFixed(2),
      ]);
    }
    await server.end();
    return { table: markdown(['W', 'msg/s', 'us'], rows), result: {}, broken: [] };
  } finally {
    await postgres.stop();
  }
}
