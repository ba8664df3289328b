import { expect, test } from 'vitest';
import { countTexts } from '../baselines/database.js';
import { brokenPromises } from './check.js';
import type { LoadResult } from './plan.js';
import { noFaults } from './room.js';
import { textOf } from './text.js';

const result = (changes: Partial<LoadResult> = {}): LoadResult => ({
  seconds: 1,
  messages: 2,
  deliveries: 4,
  serverCpuSeconds: 1,
  databaseCpuSeconds: 1,
  redisCpuSeconds: 0,
  loadCpuSeconds: 1,
  latencyMs: { p50: 1, p99: 1 },
  faults: noFaults(),
  refusal: undefined,
  acked: ['0.0', '0.1'],
  ...changes,
});
const stored = (...numbers: number[]) =>
  countTexts([...numbers.map((number) => textOf(0, number, 'a')), textOf(0, 0, 'b'), 'else'], 'a');

test('acknowledged messages that are in the database once keep the promise; so may others', () => {
  expect(brokenPromises(result(), stored(0, 1, 2))).toEqual([]);
  expect(brokenPromises(result())).toEqual([]);
});

test('one that is not there, or twice, breaks it', () => {
  expect(brokenPromises(result(), stored(0))).toEqual(['1 acknowledged messages not in the database']);
  expect(brokenPromises(result(), stored(0, 1, 1))).toEqual(['1 messages more than once in the database']);
});

test('so do faults of delivery', () => {
  const faults = { ...noFaults(), lost: 3, refused: 1 };
  expect(brokenPromises(result({ faults, refusal: 'why' }))).toEqual(['3 deliveries lost', '1 sends refused (why)']);
});
