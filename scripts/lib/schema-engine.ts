import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readMigrations } from '../../apps/server/src/infra/prisma/migration-files.js';
import { openPGlite } from '../../apps/server/src/infra/prisma/pglite.js';
import { createPGliteAdapter } from '../../apps/server/src/infra/prisma/pglite-adapter.js';

const root = join(import.meta.dirname, '../..');
const schemaPath = join(root, 'prisma/schema.prisma');
export const migrationsDir = join(root, 'prisma/migrations');

/**
 * The SQL that makes a database with all migrations equal to schema.prisma; undefined when they are equal already. Runs
 * Prisma's own schema engine (WebAssembly) on an in-memory PGlite: no network, no server, no binary to download.
 */
export async function schemaDifference(): Promise<string | undefined> {
  await using database = await openPGlite('memory://');
  for (const { sql } of readMigrations(migrationsDir)) await database.exec(sql);

  const engineModule = await loadSchemaEngine();
  const schema = { files: [{ path: schemaPath, content: readFileSync(schemaPath, 'utf8') }] };
  const { bindMigrationAwareSqlAdapterFactory } = await importFrom(
    '@prisma/driver-adapter-utils',
    '@prisma/adapter-pg',
  );
  const adapter = bindMigrationAwareSqlAdapterFactory(createPGliteAdapter(database));
  const datamodels: [string, string][] = schema.files.map((file) => [file.path, file.content]);
  const engine = await engineModule.SchemaEngine.new({ datamodels }, () => {}, adapter);
  try {
    const { exitCode, stdout } = await engine.diff({
      // A `schemaDatasource` is the database that the adapter is connected to.
      from: { tag: 'schemaDatasource', configDir: root, ...schema },
      to: { tag: 'schemaDatamodel', ...schema },
      script: true,
      exitCode: true,
      // The bookkeeping table is not there: the migrations were run without it.
      filters: { externalTables: [], externalEnums: [] },
    });
    return exitCode === 0 ? undefined : (stdout ?? '');
  } finally {
    engine.free();
  }
}

/** The package's entry imports its .wasm as a module, which Node cannot do: bind the two by hand. */
async function loadSchemaEngine(): Promise<typeof import('@prisma/schema-engine-wasm')> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasmPath = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(wasmPath), { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return glue;
}

/** Imports a package that is a dependency of the server's dependency `via`, not ours. */
async function importFrom(name: string, via: string) {
  const server = createRequire(join(root, 'apps/server/package.json'));
  const path = createRequire(server.resolve(via)).resolve(name);
  return import(pathToFileURL(path).href);
}
