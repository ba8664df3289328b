import { TIMES } from '@dream-studio/contracts';
import { createChatClient, type Payload } from '@dream-studio/sdk';
import { expect, test } from 'vitest';
import { type App, compose } from '../../compose.js';
import type { Env } from '../../env.js';
import { createTokenMint } from '../../infra/tokens.js';
import { TEST_ORIGIN, TEST_SECRET } from '../../test/app.js';
import { databaseKinds, openTestDatabase } from '../../test/database.js';

const env: Env = {
  production: false,
  port: 0,
  origins: [TEST_ORIGIN],
  dataDir: 'unused',
  auth: { secret: TEST_SECRET },
  rateLimitFactor: 100,
  trustedProxies: [],
  logLevel: 'silent',
};
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const mint = createTokenMint({ secret: TEST_SECRET });

async function clientOf(app: App, userId: number) {
  const url = `http://127.0.0.1:${await app.listen(0)}`;
  const chat = createChatClient({ url, transports: ['websocket'], token: await mint(userId, `User ${userId}`) });
  await chat.connect();
  return chat;
}

test.each(databaseKinds)(
  'a call that rings while the server restarts is MISSED in time by the next one, on %s',
  async (kind) => {
    await using database = await openTestDatabase(kind);
    const before = compose(env, database, quiet);
    const ann = await clientOf(before, 1);
    const { id: roomId } = await ann.rooms.create({ name: 'Team' });
    const { callId } = await ann.calls.start({ roomId, callType: 'AUDIO' });
    ann.close();
    await before.close();

    // Half a second is left to ring when the next server starts.
    await database.prisma.$executeRaw`
    UPDATE calls SET created_at = clock_timestamp() - ${TIMES.ringMs - 500}::float8 * interval '1 millisecond'`;
    const after = compose(env, database, quiet);
    const again = await clientOf(after, 1);
    const ended = new Promise<Payload<'call:ended'>>((resolve) => again.on('call:ended', resolve));
    expect(await ended).toEqual({ callId, roomId, seq: 2, endedBy: null, reason: 'MISSED' });
    again.close();
    await after.close();
  },
);
