import { parseArgs } from 'node:util';
import { StartupError } from '../apps/server/src/core/startup-error.js';
import { readEnv } from '../apps/server/src/env.js';
import { keptSecret } from '../apps/server/src/infra/auth-secret.js';
import { createTokenMint } from '../apps/server/src/infra/tokens.js';

const USAGE = 'Usage: pnpm token --user 5 --name "John Doe" [--expires 12h] [--service]';

/** `pnpm token`: a token for tests and scripts, signed with the server's secret. Prints the token alone. */
async function main(): Promise<void> {
  const { user, name, expires, service } = readArgs();
  if (!user || !/^[1-9]\d{0,15}$/.test(user) || !Number.isSafeInteger(Number(user))) {
    throw new StartupError(`--user: must be a positive integer\n${USAGE}`);
  }
  const env = readEnv();
  if (!env.auth.secret && env.auth.jwksUrl) {
    throw new StartupError('AUTH_JWKS_URL: tokens are made by the host app; set AUTH_JWT_SECRET to make them here');
  }
  const mint = createTokenMint({ ...env.auth, secret: env.auth.secret ?? keptSecret(env.dataDir) });
  console.log(await mint(Number(user), name ?? `User ${user}`, expires, { isService: service === true }));
}

const OPTIONS = {
  user: { type: 'string' },
  name: { type: 'string' },
  expires: { type: 'string' },
  /** For the host app's backend. */
  service: { type: 'boolean' },
} as const;

function readArgs() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n${USAGE}`);
  }
}

main().catch((error) => {
  console.error(error instanceof StartupError || error instanceof TypeError ? error.message : error);
  process.exit(1);
});
