import { expect, test } from 'vitest';
import { buildEnv, isProgress } from './build.js';

test('a build does not see what is only known when it runs', () => {
  const env = buildEnv({
    PATH: '/bin',
    NODE_ENV: 'development',
    NEXT_PUBLIC_SOCKET_URL: 'http://a',
    NEXT_PUBLIC_URL: 'http://a',
  });
  expect(env.PATH).toBe('/bin');
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(NODE_ENV|NEXT_PUBLIC_.*)$/)]));
});

test('only lines of tasks that run are progress', () => {
  expect(isProgress('@dream-studio/web:build: cache miss, executing 1a')).toBe(true);
  expect(isProgress('@dream-studio/web:build: cache hit, suppressing logs 1a')).toBe(false);
  expect(isProgress(' Tasks:    4 successful, 4 total')).toBe(false);
});
