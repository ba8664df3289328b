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

/** The first of the commands that is on the PATH. */
export function findOnPath(...commands: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
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
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', debianPackage);
  } catch (error) {
    throw new SetupError(
      `${missing} apt-get could not: ${String((error as { stderr?: unknown }).stderr ?? error).trim()}`,
    );
  }
  const path = findOnPath(...commands);
  if (!path) throw new SetupError(missing);
  return path;
}
