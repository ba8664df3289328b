import { expect, test } from 'vitest';
import { fillIn, targetsTable } from './report.js';

test('a part takes the place of what was between its marks, and nothing else changes', () => {
  const document = 'a\n<!-- one -->\nold\n<!-- /one -->\nb\n<!-- two -->\n<!-- /two -->\n';
  const once = fillIn(document, { one: 'new $1', missing: 'nowhere' });
  expect(once).toBe('a\n<!-- one -->\n\nnew $1\n\n<!-- /one -->\nb\n<!-- two -->\n<!-- /two -->\n');
  expect(fillIn(once, { one: 'new $1' })).toBe(once);
});

test('targets stand in order of their numbers; what has no verdict is stated', () => {
  const of = (id: string, met?: boolean) => ({
    id,
    work: '',
    ours: '',
    baseline: '',
    ratio: '',
    target: '',
    ...(met !== undefined && { met }),
  });
  const rows = targetsTable([of('P10', true), of('P9'), of('P1', false)])
    .split('\n')
    .slice(2);
  expect(rows.map((row) => row.split('|').map((cell) => cell.trim()))).toMatchObject([
    { 1: 'P1', 7: 'MISSED' },
    { 1: 'P9', 7: 'stated' },
    { 1: 'P10', 7: 'met' },
  ]);
});
