import { expect, test } from 'vitest';
import type { Identity } from '../../core/context.js';
import { GOOD_STANDING, type Standing } from './standing.js';
import { createUserDirectory } from './user-directory.js';

const identity = (fields: Partial<Identity> = {}): Identity => ({
  userId: 7,
  name: 'Ann',
  picture: null,
  issuedAt: new Date(10_000),
  expiresAt: new Date(2e12),
  isService: false,
  ...fields,
});
const BANNED: Standing = { ban: { reason: null, until: null, endsAt: Number.POSITIVE_INFINITY }, validFrom: null };

/** A directory over a table whose answers wait until they are let go. */
function start() {
  const table = { standing: GOOD_STANDING, asked: [] as string[], wait: Promise.resolve() };
  const refresh = async ({ name }: Identity) => {
    table.asked.push(String(name));
    const { standing } = table;
    await table.wait;
    return standing;
  };
  return { table, directory: createUserDirectory({ refresh }) };
}

test('asks once for the same name and picture, and again for others', async () => {
  const { table, directory } = start();
  for (const name of ['Ann', 'Ann', 'Ann Lee', 'Ann Lee', 'Ann']) await directory.meet(identity({ name }));
  expect(table.asked).toEqual(['Ann', 'Ann Lee', 'Ann']);
});

test('who is banned is refused without being asked for again, until forgotten', async () => {
  const { table, directory } = start();
  table.standing = BANNED;
  for (const name of ['Ann', 'Ann', 'Another']) {
    await expect(directory.meet(identity({ name }))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
  expect(table.asked).toHaveLength(1);
  table.standing = GOOD_STANDING;
  directory.forget(7);
  await directory.meet(identity());
  expect(table.asked).toHaveLength(2);
});

test('what was read before a change and comes after it lets nobody in', async () => {
  const { table, directory } = start();
  let answer = () => {};
  table.wait = new Promise((resolve) => {
    answer = resolve;
  });
  const meeting = directory.meet(identity());
  table.standing = BANNED;
  directory.forget(7);
  answer();
  await expect(meeting).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(table.asked).toHaveLength(2);
});

test('tokens are told apart by when they were issued', async () => {
  const { table, directory } = start();
  table.standing = { ban: null, validFrom: 10_000 };
  const refused = { code: 'UNAUTHENTICATED', message: 'Invalid token' };
  for (const issuedAt of [null, new Date(9_000), new Date(10_000), new Date(Number.NaN)]) {
    await expect(directory.meet(identity({ issuedAt }))).rejects.toMatchObject(refused);
  }
  expect(table.asked).toHaveLength(1);
  const later = identity({ issuedAt: new Date(11_000) });
  // What the refused ones said was not stored: the first that is taken has to be.
  for (const _ of [1, 2]) await directory.meet(later);
  expect(table.asked).toHaveLength(2);
  await expect(directory.meet(identity())).rejects.toMatchObject(refused);
});

test('a ban that has an end is over by the clock', async () => {
  const { table, directory } = start();
  table.standing = {
    ban: { reason: 'spam', until: '2030-01-01T00:00:00.000Z', endsAt: Date.now() + 50 },
    validFrom: null,
  };
  await expect(directory.meet(identity())).rejects.toMatchObject({
    message: 'You are banned until 2030-01-01T00:00:00.000Z: spam',
  });
  await expect.poll(() => directory.meet(identity()).then(() => 'let in', String)).toBe('let in');
});
