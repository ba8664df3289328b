import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../scripts/lib/postgres.js';
import type { Processes } from '../scripts/lib/processes.js';
import type { Outcome, Run } from './lib/bench.js';
import { markdown, median, seconds } from './lib/figures.js';
import { cpuSeconds, rssMb } from './lib/process-usage.js';
import { createRoom, startServer, tokenOf } from './lib/server.js';

const USER = 1;
const ROUNDS = 5;
const QUICK_ROUNDS = 1;

/** One start, until a message is stored. */
interface Start {
  readonly readyMs: number;
  readonly messageMs: number;
  /** Until it is ready. */
  readonly cpuMs: number;
  /** When the message is stored. */
  readonly rssMb: number;
}

interface Row extends Start {
  readonly name: string;
}

/** From a process's start to a server that is ready, and to its first message: with an empty database, and later. */
export async function start({ say, quick, processes }: Run): Promise<Outcome> {
  const rounds = quick ? QUICK_ROUNDS : ROUNDS;
  const rows: Row[] = [];
  for (const [name, open] of Object.entries(DATABASES)) {
    const first: Start[] = [];
    const later: Start[] = [];
    for (let round = 0; round < rounds; round++) {
      await using database = await open();
      for (const starts of [first, later]) starts.push(await measureStart(processes, database.env));
      say(`${name}: ${round + 1} of ${rounds}`);
    }
    rows.push({ name: `${name}, first start`, ...medians(first) }, { name: `${name}, later`, ...medians(later) });
  }
  const [embedded] = rows as [Row];
  return {
    table: table(rows),
    targets: [
      {
        id: 'P9',
        work: 'from the first start of the embedded server to its first message',
        ours: `${seconds(embedded.messageMs)}, ${Math.round(embedded.rssMb)} MB`,
        baseline: '-',
        ratio: '-',
        target: 'stated',
      },
    ],
    result: { rounds, rows },
    broken: [],
  };
}

interface OwnDatabase extends AsyncDisposable {
  readonly env: Parameters<typeof startServer>[1];
}

/** New and empty ones. */
const DATABASES: Record<string, () => Promise<OwnDatabase>> = {
  async PGlite() {
    const dir = await mkdtemp(join(tmpdir(), 'dream-studio-bench-'));
    return {
      env: { DATA_DIR: dir },
      [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
    };
  },
  async PostgreSQL() {
    const postgres = await startPostgres({ fsync: true });
    return { env: { DATABASE_URL: postgres.url }, [Symbol.asyncDispose]: () => postgres.stop() };
  },
};

async function measureStart(processes: Processes, database: OwnDatabase['env']): Promise<Start> {
  const headers = { authorization: `Bearer ${await tokenOf(USER)}`, 'content-type': 'application/json' };
  const startedAt = performance.now();
  const server = await startServer(processes, database);
  try {
    const readyMs = performance.now() - startedAt;
    const cpuMs = cpuSeconds(server.pid) * 1_000;
    const roomId = await createRoom(server.url, 'Start', [USER]);
    const response = await fetch(`${server.url}/shared/chat/rooms/${roomId}/messages`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ content: 'the first' }),
    });
    if (!response.ok) throw new Error(`No message: ${response.status} ${await response.text()}`);
    return { readyMs, messageMs: performance.now() - startedAt, cpuMs, rssMb: rssMb(server.pid) };
  } finally {
    await server.end();
  }
}

const medians = (starts: readonly Start[]): Start => {
  const of = (figure: keyof Start) => median(starts.map((one) => one[figure]));
  return { readyMs: of('readyMs'), messageMs: of('messageMs'), cpuMs: of('cpuMs'), rssMb: of('rssMb') };
};

const table = (rows: readonly Row[]): string =>
  markdown(
    ['', 'ready after', 'CPU until then', 'first message stored after', 'memory then'],
    rows.map(({ name, readyMs, cpuMs, messageMs, rssMb }) => [
      name,
      seconds(readyMs),
      seconds(cpuMs),
      seconds(messageMs),
      `${Math.round(rssMb)} MB`,
    ]),
  );
