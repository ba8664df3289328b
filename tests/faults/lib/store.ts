import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPGlite } from '../../../apps/server/src/infra/prisma/pglite.js';
import { connectForMigrations, parsePostgresUrl } from '../../../apps/server/src/infra/prisma/postgres.js';
import { tempDir } from '../../../apps/server/src/test/temp-dir.js';
import { type Postgres, startPostgres } from '../../../scripts/lib/postgres.js';
import type { Outcome } from './check.js';
import { TEXT_MAX } from './history.js';
import { pick } from './scale.js';

export type StoreKind = 'postgres' | 'pglite';
export const storeKinds: readonly StoreKind[] = ['postgres', 'pglite'];
/** What the quick set runs on where the database makes little difference. */
export const someStoreKinds: readonly StoreKind[] = pick(['postgres'], storeKinds);

/** The database of a run: a PostgreSQL of its own, or the folder of an embedded one. */
export interface Store extends AsyncDisposable {
  readonly kind: StoreKind;
  /** What leads the server to it. */
  readonly env: NodeJS.ProcessEnv;
  /** From outside the server. The embedded one has one user at a time: only while there is no server. */
  query(sql: string): Promise<Record<string, unknown>[]>;
}

export interface PostgresStore extends Store {
  /** As after a crash: every process of it is gone at once, and it recovers. */
  crash(): Promise<void>;
  /** It answers nothing more, and nobody is told; returns what ends that. */
  hang(): () => void;
}

export function startStore(kind: StoreKind): Promise<Store> {
  return kind === 'postgres' ? startPostgresStore() : startPGliteStore();
}

/** `poolSize`: connections of the server. */
export async function startPostgresStore({ poolSize = 10 } = {}): Promise<PostgresStore> {
  // What is committed must be in the hands of the system: its processes are killed.
  const postgres = await startPostgres({ settings: ['synchronous_commit=on'] });
  return {
    kind: 'postgres',
    env: { DATABASE_URL: `${postgres.url}?connection_limit=${poolSize}` },
    async query(sql) {
      const client = await connectForMigrations(parsePostgresUrl(postgres.url));
      const { rows } = await client.query(sql).finally(() => client.end());
      return rows;
    },
    async crash() {
      process.kill(postgres.pid, 'SIGQUIT');
      await postgres.down();
      await postgres.up();
    },
    hang: () => freeze(postgres),
    [Symbol.asyncDispose]: () => postgres.stop(),
  };
}

/** Its processes, by their ids: the postmaster first, so that it starts none meanwhile. */
function freeze({ pid }: Postgres): () => void {
  process.kill(pid, 'SIGSTOP');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  for (const child of children) process.kill(child, 'SIGSTOP');
  return () => {
    for (const one of [...children, pid]) process.kill(one, 'SIGCONT');
  };
}

async function startPGliteStore(): Promise<Store> {
  const dir = tempDir();
  return {
    kind: 'pglite',
    env: { DATA_DIR: dir.path },
    async query(sql) {
      const client = await openPGlite(join(dir.path, 'pglite'));
      const { rows } = await client.query<Record<string, unknown>>(sql).finally(() => client.close());
      return rows;
    },
    [Symbol.asyncDispose]: async () => dir[Symbol.dispose](),
  };
}

/** What the database has of the one room of a run. */
export async function readRoom(store: Store, roomId: number): Promise<Pick<Outcome, 'stored' | 'seqs'>> {
  const [row] = await store.query(`
    SELECT (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', id, 'seq', seq, 'content', left(content, ${TEXT_MAX}), 'clientId', client_id) ORDER BY seq), '[]')
      FROM messages WHERE room_id = ${roomId}) AS stored,
    (SELECT coalesce(jsonb_agg(seq ORDER BY seq), '[]') FROM (
      SELECT seq FROM messages WHERE room_id = ${roomId}
      UNION ALL SELECT e.seq FROM room_events e JOIN rooms r ON r.id = e.room_id
        WHERE r.id = ${roomId} AND e.seq > r.log_floor
    ) entry) AS seqs`);
  return row as Pick<Outcome, 'stored' | 'seqs'>;
}
