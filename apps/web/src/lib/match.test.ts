import { expect, test } from 'vitest';
import { matches } from './match';

test.each([
  ['Design review', 'DESIGN', true],
  ['Design review', 'rev des', true],
  ['Design review', 'design plan', false],
  ['Zoë Müller', 'zoe mull', true],
  ['Zoe', 'Zoë', true],
  ['日本語の部屋', '部屋', true],
  ['Anything', '  ', true],
])('%s, searched for %j: %s', (text, query, expected) => {
  expect(matches(text, query)).toBe(expected);
});
