import { afterEach, expect, test, vi } from 'vitest';
import type { Identity } from '../../core/context.js';
import { GOOD_STANDING, type Standing } from './standing.js';
import { createUserDirectory } from './user-directory.js';

afterEach(() => void vi.useRealTimers());

const ann: Identity = {
  userId: 7,
  name: 'Ann',
  picture: null,
  issuedAt: new Date(1_000_000),
  expiresAt: new Date(9_000_000),
  isService: false,
};
const banned: Standing = { ban: { reason: 'spam', until: null, endsAt: Number.POSITIVE_INFINITY }, validFrom: null };
const isBanned = { code: 'FORBIDDEN', message: 'You are banned: spam' };
const isRevoked = { code: 'UNAUTHENTICATED', message: 'Invalid token' };

/** A directory over a table that has one standing for everyone. */
function start(standing: Standing = GOOD_STANDING, capacity?: number) {
  const table = { standing, reads: 0, gate: Promise.resolve() };
  const refresh = async () => {
    table.reads += 1;
    const { standing: read } = table;
    await table.gate;
    return read;
  };
  return { table, directory: createUserDirectory({ refresh }, capacity) };
}

test('a user is read once, and again when the token says something else, or when forgotten', async () => {
  const { table, directory } = start();
  for (let n = 0; n < 3; n++) await directory.meet(ann);
  expect(table.reads).toBe(1);
  await directory.meet({ ...ann, name: 'Ann Lee' });
  expect(table.reads).toBe(2);
  directory.forget(7);
  await directory.meet({ ...ann, name: 'Ann Lee' });
  expect(table.reads).toBe(3);
});

test('a banned user is refused, from memory as well, until let in again', async () => {
  const { table, directory } = start(banned);
  for (let n = 0; n < 3; n++) await expect(directory.meet(ann)).rejects.toMatchObject(isBanned);
  expect(table.reads).toBe(1);
  table.standing = GOOD_STANDING;
  directory.forget(7);
  await directory.meet(ann);
});

test('a ban that has an end ends by itself', async () => {
  vi.useFakeTimers({ now: 2_000_000, toFake: ['Date'] });
  const until = new Date(2_060_000);
  const { directory } = start({
    ban: { reason: null, until: until.toISOString(), endsAt: until.getTime() },
    validFrom: null,
  });
  vi.setSystemTime(until.getTime() - 1);
  const message = 'You are banned until 1970-01-01T00:34:20.000Z';
  await expect(directory.meet(ann)).rejects.toMatchObject({ code: 'FORBIDDEN', message });
  vi.setSystemTime(until);
  await directory.meet(ann);
});

test.each([
  ['before', 1_001_000, false],
  ['in the same second', 1_000_400, false],
  ['at the very time', 1_000_000, false],
  ['after', 999_999, true],
])('a token issued %s the revocation', async (_, validFrom, isTaken) => {
  const { directory } = start({ ban: null, validFrom });
  if (isTaken) await directory.meet(ann);
  else await expect(directory.meet(ann)).rejects.toMatchObject(isRevoked);
  // One that does not say when it was issued is older than any.
  await expect(directory.meet({ ...ann, issuedAt: null })).rejects.toMatchObject(isRevoked);
});

test('a revoked token does not keep a newer one out', async () => {
  const { directory } = start({ ban: null, validFrom: 1_000_500 });
  await expect(directory.meet(ann)).rejects.toMatchObject(isRevoked);
  await directory.meet({ ...ann, issuedAt: new Date(1_001_000) });
  await expect(directory.meet(ann)).rejects.toMatchObject(isRevoked);
});

test('who is banned while being read is not let in by what was true before', async () => {
  const { table, directory } = start();
  let go = () => {};
  table.gate = new Promise((resolve) => {
    go = resolve;
  });
  const meeting = directory.meet(ann);
  table.standing = banned;
  directory.forget(7);
  go();
  await expect(meeting).rejects.toMatchObject(isBanned);
});

test('the user met first is forgotten for one too many', async () => {
  const { table, directory } = start(GOOD_STANDING, 2);
  for (const userId of [1, 2, 3, 3, 2]) await directory.meet({ ...ann, userId });
  expect(table.reads).toBe(3);
  await directory.meet({ ...ann, userId: 1 });
  expect(table.reads).toBe(4);
});
