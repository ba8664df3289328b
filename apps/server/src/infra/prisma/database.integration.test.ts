import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startPostgres } from '../../../../../scripts/lib/postgres.js';
import { StartupError } from '../../core/startup-error.js';
import { runScript } from '../../test/child.js';
import { createPostgresDatabase, databaseUrl } from '../../test/database.js';
import { bundleServer } from '../../test/server-bundle.js';
import { startTcpProxy } from '../../test/tcp-proxy.js';
import { tempDir } from '../../test/temp-dir.js';
import { openDatabase } from './database.js';
import { isUnavailable } from './errors.js';
import { defaultMigrationsDir, readMigrations } from './migration-files.js';
import { openPGlite } from './pglite.js';
import { unpackTemplate, writeTemplate } from './pglite-template.js';

async function startupMessage(options: Parameters<typeof openDatabase>[0]): Promise<string> {
  const error = await openDatabase(options).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(StartupError);
  expect(error.message).not.toMatch(/secret|\n/);
  return error.message;
}

it('names DATABASE_URL and what is wrong with it', async () => {
  const { url, remove } = await createPostgresDatabase();
  const open = (databaseUrl: string) => startupMessage({ databaseUrl, dataDir: '' });
  try {
    const server = new URL(url).host;
    expect(await open('secret')).toMatch('DATABASE_URL: needs a PostgreSQL URL');
    expect(await open('mysql://u:secret@h/d')).toMatch('DATABASE_URL: needs a PostgreSQL URL');
    expect(await open('postgresql://u:secret@127.0.0.1:1/d')).toBe(
      'DATABASE_URL: cannot connect to 127.0.0.1:1 (ECONNREFUSED)',
    );
    expect(await open('postgresql://u:secret@localhost:1/d')).toBe(
      'DATABASE_URL: cannot connect to localhost:1 (ECONNREFUSED)',
    );
    expect(await open(databaseUrl(url, 'nowhere'))).toBe(`DATABASE_URL: there is no database "nowhere" on ${server}`);
    const stranger = new URL(url);
    stranger.username = 'stranger';
    expect(await open(stranger.href)).toMatch(`DATABASE_URL: ${server} refuses user "stranger"`);
  } finally {
    await remove();
  }
});

it('gives up on a server that does not answer within 6 s', async () => {
  const silent = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const start = Date.now();
  expect(await startupMessage({ databaseUrl: `postgresql://u:secret@127.0.0.1:${port}/d`, dataDir: '' })).toBe(
    `DATABASE_URL: cannot connect to 127.0.0.1:${port} (no answer in 5 s)`,
  );
  expect(Date.now() - start).toBeLessThan(6_000);
  silent.close();
});

it('names DATA_DIR when it cannot be written, and gives it back when what is in it cannot be opened', async () => {
  using dir = tempDir();
  mkdirSync(join(dir.path, 'pglite'));
  const version = join(dir.path, 'pglite/PG_VERSION');
  writeFileSync(version, '12\n');
  expect(await startupMessage({ dataDir: version })).toBe(`DATA_DIR: cannot write to ${version} (EEXIST)`);
  expect(await startupMessage({ dataDir: dir.path })).toMatch(`DATA_DIR: cannot open the database in ${dir.path}`);
  expect(readdirSync(dir.path)).toEqual(['pglite']);
});

it('begins a new PGlite with the files of a template, and applies all migrations to it', {
  timeout: 300_000,
}, async () => {
  using dir = tempDir();
  const made = join(dir.path, 'made');
  const template = join(dir.path, 'template.tar.gz');
  await (await openPGlite(made)).close();
  await writeTemplate(made, template);
  const unpacked = join(dir.path, 'unpacked');
  unpackTemplate(template, unpacked);
  const files = (root: string) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length) + (entry.isDirectory() ? '/' : ''))
      .sort();
  expect(files(unpacked)).toEqual(files(made));
  for (const file of files(made).filter((name) => !name.endsWith('/'))) {
    expect(readFileSync(join(unpacked, file)).equals(readFileSync(join(made, file))), file).toBe(true);
  }

  const dataDir = join(dir.path, 'data');
  const applied: string[] = [];
  const first = await openDatabase({ dataDir, template, onMigration: (name) => applied.push(name) });
  expect(applied).toEqual(readMigrations(defaultMigrationsDir).map(({ name }) => name));
  await first.prisma.user.create({ data: { id: 1n, name: 'Ann' } });
  await first.close();
  const second = await openDatabase({ dataDir, template, onMigration: (name) => applied.push(name) });
  expect(await second.prisma.user.count()).toBe(1);
  expect(applied).toHaveLength(readMigrations(defaultMigrationsDir).length);
  await second.close();
});

it('loses no acknowledged row of a PGlite whose process is killed, twenty times over', {
  timeout: 300_000,
}, async () => {
  using dir = tempDir();
  await using program = await bundleServer(join(import.meta.dirname, '../../test/scripts/insert-rows.ts'));
  const acknowledged: bigint[] = [];
  for (let round = 1n; round <= 20n; round++) {
    using writer = runScript(program.path, [dir.path, String(round * 1_000_000n)]);
    for (let row = 0; row < 5 + Math.random() * 20; row++) acknowledged.push(BigInt(await writer.nextLine()));
    await writer.kill();
    // What it still wrote between the last line and the kill.
    for (;;) {
      const line = await writer.nextLine().catch(() => undefined);
      if (line === undefined) break;
      acknowledged.push(BigInt(line));
    }
  }
  const database = await openDatabase({ dataDir: dir.path });
  const kept = new Set((await database.prisma.user.findMany()).map((user) => user.id));
  await database.close();
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  expect(readdirSync(dir.path)).toEqual(['pglite']);
});

it('answers every call within 5 s while PostgreSQL hangs, and works again after', { timeout: 60_000 }, async () => {
  const { url, remove } = await createPostgresDatabase();
  await using proxy = await startTcpProxy(Number(new URL(url).port));
  const proxied = new URL(url);
  proxied.port = String(proxy.port);
  proxied.searchParams.set('connection_limit', '2');
  const database = await openDatabase({ databaseUrl: proxied.href, dataDir: '' });
  try {
    const { prisma } = database;
    const timed = async (work: () => Promise<unknown>) => {
      const start = performance.now();
      const error = await work().then(
        () => undefined,
        (error) => error,
      );
      return { error, ms: performance.now() - start };
    };
    let onFrozen = () => {};
    const frozen = new Promise<void>((resolve) => {
      onFrozen = resolve;
    });
    const inTransaction = timed(() =>
      prisma.$transaction(async (tx) => {
        await tx.user.count();
        proxy.freeze();
        onFrozen();
        await tx.user.count();
      }),
    );
    await frozen;
    const results = await Promise.all([
      inTransaction,
      ...Array.from({ length: 100 }, () => timed(() => prisma.user.count())),
      ...Array.from({ length: 100 }, () => timed(() => prisma.$transaction((tx) => tx.user.count()))),
    ]);
    expect(results.filter(({ error }) => error && !isUnavailable(error))).toEqual([]);
    expect(results.filter(({ error }) => error).length).toBe(201);
    expect(Math.max(...results.map(({ ms }) => ms))).toBeLessThan(5_000);
    proxy.thaw();
    await database.ping();
  } finally {
    await database.close();
    await remove();
  }
});

it('tells that a stopped PostgreSQL is unavailable, and finds it again', { timeout: 60_000 }, async () => {
  const server = await startPostgres();
  const database = await openDatabase({ databaseUrl: server.url, dataDir: '' });
  try {
    const sleeping = database.prisma.$queryRaw`SELECT pg_sleep(2)::text`.catch((error) => error);
    await database.ping();
    await server.down();
    expect(isUnavailable(await sleeping)).toBe(true);
    expect(isUnavailable(await database.ping().catch((error) => error))).toBe(true);
    await server.up();
    await database.ping();
    expect(await database.prisma.user.count()).toBe(0);
  } finally {
    await database.close();
    await server.stop();
  }
});
