import { createChatClient } from '@dream-studio/sdk';
import { compose } from '../compose.js';
import type { Database } from '../infra/prisma/database.js';
import { createTokenMint } from '../infra/tokens.js';
import { TEST_ORIGIN, TEST_ROOM_LOG, TEST_SECRET } from './app.js';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const mint = createTokenMint({ secret: TEST_SECRET });

/** The server alone, on a database that is there already and stays: for tests of its end, and of the next one's start. */
export async function composeOn(database: Database) {
  const app = compose(
    {
      production: false,
      port: 0,
      origins: [TEST_ORIGIN],
      dataDir: 'unused',
      auth: { secret: TEST_SECRET },
      rateLimitFactor: 10_000,
      trustedProxies: [],
      roomLog: TEST_ROOM_LOG,
      logLevel: 'silent',
    },
    database,
    quiet,
  );
  const url = `http://127.0.0.1:${await app.listen(0)}`;
  return {
    url,
    drain: app.drain,
    close: app.close,
    /** A connected client; close it before the server, or after to see what it is told. */
    async client(userId: number) {
      const token = await mint(userId, `User ${userId}`);
      const chat = createChatClient({ url, transports: ['websocket'], token });
      await chat.connect();
      return { chat, token };
    },
  };
}
