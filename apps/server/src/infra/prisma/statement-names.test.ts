import { expect, it } from 'vitest';
import { createStatementNames, PLANNED_EACH_TIME } from './statement-names.js';

it('names each statement by its text, and none that is planned each time or comes after very many others', () => {
  const nameOf = createStatementNames();
  const [one, two] = [nameOf({ sql: 'SELECT 1' }), nameOf({ sql: 'SELECT 2' })];
  expect(one).not.toBe('');
  expect(two).not.toBe(one);
  expect(nameOf({ sql: 'SELECT 1' })).toBe(one);
  expect(nameOf({ sql: `SELECT 3 ${PLANNED_EACH_TIME.sql}` })).toBe('');
  for (let n = 0; n < 1_000; n++) nameOf({ sql: `SELECT IN (${n})` });
  expect(nameOf({ sql: 'SELECT 4' })).toBe('');
  expect(nameOf({ sql: 'SELECT 1' })).toBe(one);
});
