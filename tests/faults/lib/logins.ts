import { createTokenMint } from '../../../apps/server/src/infra/tokens.js';
import { TEST_SECRET } from '../../../apps/server/src/test/app.js';

/** What a client needs to come in. */
export interface Login {
  url: string;
  userId: number;
  /** For longer than a run, by a clock that is an hour ahead too. */
  token: string;
}

const mint = createTokenMint({ secret: TEST_SECRET });

export const login = async (url: string, userId: number): Promise<Login> => ({
  url,
  userId,
  token: await mint(userId, `User ${userId}`, '12h'),
});
