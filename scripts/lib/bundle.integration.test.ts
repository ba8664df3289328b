import { expect, test } from 'vitest';
import { bundle, serverSide } from './bundle.js';

test('what an entry pulls in is seen, and zod is not for browsers', async () => {
  const errors = await bundle('packages/contracts/src/errors.ts', []);
  expect(serverSide(errors).length).toBeGreaterThan(0);
  const limits = await bundle('packages/contracts/src/limits.ts', []);
  expect(serverSide(limits)).toEqual([]);
  expect(limits.bytes).toBeLessThan(errors.bytes);
});
