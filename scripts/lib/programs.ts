import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './settings.js';

export interface MachineProgram {
  readonly title: string;
  /** The environment variable that says where it is. */
  readonly variable: string;
  readonly commands: readonly string[];
  readonly debianPackage: string;
}

export const chromium: MachineProgram = {
  title: 'Chromium',
  variable: 'CHROMIUM_PATH',
  commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  debianPackage: 'chromium',
};

export const redisServer: MachineProgram = {
  title: 'Redis',
  variable: 'REDIS_SERVER_PATH',
  commands: ['redis-server', 'valkey-server'],
  debianPackage: 'redis-server',
};

export const haproxy: MachineProgram = {
  title: 'HAProxy',
  variable: 'HAPROXY_PATH',
  commands: ['haproxy'],
  debianPackage: 'haproxy',
};

export const nginx: MachineProgram = {
  title: 'nginx',
  variable: 'NGINX_PATH',
  commands: ['nginx'],
  debianPackage: 'nginx-light',
};

export const openssl: MachineProgram = {
  title: 'OpenSSL',
  variable: 'OPENSSL_PATH',
  commands: ['openssl'],
  debianPackage: 'openssl',
};

/** Where Debian has its servers, which the PATH of a user may not name. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin'];

/**
 * Only the program is wanted: a package that brings a service must not start it, or come in the way of one that runs. What
 * would start it is not unpacked, and (runlevel 1) not asked to.
 */
const WITHOUT_SERVICE = ['/lib/systemd/system/*', '/usr/lib/systemd/system/*', '/etc/init.d/*'].flatMap((path) => [
  '-o',
  `DPkg::Options::=--path-exclude=${path}`,
]);

/**
 * Path of a program: from its variable, else from the PATH, else installed with apt-get (as root on Debian). Throws a
 * SetupError with what is missing, and how to bring it.
 */
export function findOrInstall(program: MachineProgram): string {
  const given = process.env[program.variable];
  if (given) {
    if (isExecutable(given)) return given;
    throw new SetupError(`${program.variable}: there is no program at ${given}.`);
  }
  return findOnPath(...program.commands) ?? installed(program);
}

/** The variables that say where the programs are. Throws one SetupError about all that are missing. */
export function findOrInstallAll(programs: readonly MachineProgram[]): Record<string, string> {
  const missing: string[] = [];
  const found: Record<string, string> = {};
  for (const program of programs) {
    try {
      found[program.variable] = findOrInstall(program);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      missing.push(error.message);
    }
  }
  if (missing.length > 0) throw new SetupError(missing.join('\n'));
  return found;
}

/** The first of the commands that is on the PATH. */
export function findOnPath(...commands: string[]): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...SERVER_FOLDERS];
  return commands.flatMap((command) => folders.map((folder) => join(folder, command))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function installed({ title, variable, commands, debianPackage }: MachineProgram): string {
  const missing = `${title} is missing. Install it (Debian: apt-get install ${debianPackage}) or set ${variable} to its path.`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new SetupError(missing);
  console.log(`${title} is not on this machine: installing Debian's ${debianPackage} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args: string[]) => execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...WITHOUT_SERVICE, debianPackage);
  } catch (error) {
    throw new SetupError(
      `${missing} apt-get could not: ${String((error as { stderr?: unknown }).stderr ?? error).trim()}`,
    );
  }
  const path = findOnPath(...commands);
  if (!path) throw new SetupError(missing);
  return path;
}
