import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '../core/startup-error.js';

/**
 * The secret for tokens outside production: made once, kept in the data directory, readable by its owner only. Tokens
 * stay valid over restarts. Throws StartupError where the directory cannot be used.
 */
export function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'auth-secret');
  try {
    mkdirSync(dataDir, { recursive: true });
    try {
      writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const secret = readFileSync(file, 'utf8').trim();
    if (Buffer.byteLength(secret) >= 32) return secret;
  } catch (error) {
    throw new StartupError(`DATA_DIR: cannot keep a secret in ${dataDir} (${(error as NodeJS.ErrnoException).code})`);
  }
  throw new StartupError(`DATA_DIR: ${file} is too short for a secret: remove it, and a new one is made`);
}
