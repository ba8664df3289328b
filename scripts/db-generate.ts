import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const schemaPath = join(root, 'prisma/schema.prisma');
const output = join(root, 'apps/server/src/infra/prisma/generated');
const stampPath = join(output, '.stamp');

/**
 * Writes the Prisma client's TypeScript source, unless it is current. Offline, and safe when several run at once: each
 * generates into a folder of its own, and moves the files over one by one (readers never see a missing or half file).
 * Returns whether it had to generate. Throws with Prisma's own output when the schema is not valid.
 */
export function generateClient(): boolean {
  const require = createRequire(join(root, 'apps/server/package.json'));
  const prismaPackage = require.resolve('prisma/package.json');
  const schema = readFileSync(schemaPath, 'utf8');
  const version = String(JSON.parse(readFileSync(prismaPackage, 'utf8')).version);
  const stamp = createHash('sha256').update(`${version}\n${schema}`).digest('hex');
  if (readStamp() === stamp) return false;

  mkdirSync(output, { recursive: true });
  const work = mkdtempSync(join(output, '.work-'));
  try {
    const generated = join(work, 'client');
    const workSchema = join(work, 'schema.prisma');
    // JSON.stringify: also a Windows path is a valid Prisma string then.
    writeFileSync(
      workSchema,
      schema.replace(/^(\s*output\s*=\s*).*$/m, (_, key) => key + JSON.stringify(generated)),
    );
    runPrisma(join(dirname(prismaPackage), 'build/index.js'), ['generate', '--schema', workSchema]);
    moveFiles(generated, output);
    writeFileSync(join(work, 'stamp'), stamp);
    renameSync(join(work, 'stamp'), stampPath);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return true;
}

function readStamp(): string | undefined {
  try {
    return readFileSync(stampPath, 'utf8');
  } catch {
    return undefined;
  }
}

function runPrisma(cli: string, args: string[]): void {
  const offline = {
    // `generate` does not run the schema engine; any existing file keeps Prisma from downloading one.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  };
  try {
    execFileSync(process.execPath, [cli, ...args], { cwd: root, env: { ...process.env, ...offline }, stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`prisma generate failed\n${stdout}${stderr}`);
  }
}

function moveFiles(from: string, to: string): void {
  const fresh = new Set(files(from));
  for (const file of fresh) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    renameSync(join(from, file), join(to, file));
  }
  for (const file of files(to)) if (!fresh.has(file)) rmSync(join(to, file), { force: true });
}

/** Paths relative to `dir`. Not what starts with a dot: the stamp, and the work of others, which may vanish meanwhile. */
function files(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .flatMap((entry) =>
      entry.isDirectory() ? files(join(dir, entry.name)).map((file) => join(entry.name, file)) : [entry.name],
    );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    generateClient();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
