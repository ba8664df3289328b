import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { batched } from './batched.js';

/** Batches that end when they are told to. */
function start(options = { max: 3, atOnce: 1 }) {
  const batches: { asks: number[]; end(error?: Error): void }[] = [];
  const ask = batched(options, (asks: readonly number[]) => {
    const answers = asks.map((n) => n * 10);
    return new Promise<number[]>((resolve, reject) => {
      batches.push({ asks: [...asks], end: (error) => (error ? reject(error) : resolve(answers)) });
    });
  });
  return { ask, batches, asked: () => batches.map(({ asks }) => asks) };
}

test('what is asked in one turn is answered together, each with its own answer', async () => {
  const { ask, batches, asked } = start();
  const answers = Promise.all([ask(1), ask(2)]);
  await nextTurn();
  expect(asked()).toEqual([[1, 2]]);
  batches[0]?.end();
  expect(await answers).toEqual([10, 20]);
});

test('what comes while a batch is under way waits for the next one: it never joins, and gets no older answer', async () => {
  const { ask, batches, asked } = start();
  const first = ask(1);
  await nextTurn();
  const [second, third] = [ask(2), ask(1)];
  await nextTurn();
  expect(asked()).toEqual([[1]]);
  batches[0]?.end();
  expect(await first).toBe(10);
  await nextTurn();
  expect(asked()).toEqual([[1], [2, 1]]);
  batches[1]?.end();
  expect(await Promise.all([second, third])).toEqual([20, 10]);
});

test('a batch is bounded, and so is how many are under way', async () => {
  const { ask, batches, asked } = start({ max: 2, atOnce: 2 });
  const answers = Promise.all([1, 2, 3, 4, 5].map(ask));
  await nextTurn();
  expect(asked()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  batches[1]?.end();
  await nextTurn();
  expect(asked()).toHaveLength(3);
  batches[0]?.end();
  batches[2]?.end();
  expect(await answers).toEqual([10, 20, 30, 40, 50]);
});

test('a failure fails those asked together and those that wait, and nothing after them', async () => {
  const { ask, batches, asked } = start();
  const before = Promise.allSettled([ask(1), ask(2)]);
  await nextTurn();
  const waiting = Promise.allSettled([ask(3)]);
  await nextTurn();
  batches[0]?.end(new Error('gone'));
  for (const one of [...(await before), ...(await waiting)]) expect(one).toMatchObject({ reason: { message: 'gone' } });
  const after = ask(4);
  await nextTurn();
  expect(asked()).toEqual([[1, 2], [4]]);
  batches[1]?.end();
  expect(await after).toBe(40);
});
