import { expect, test } from 'vitest';
import vitestConfig from '../../vitest.config.js';
import { chromium, haproxy, nginx, openssl, redisServer } from './programs.js';
import { NEEDS, needsOf } from './test-needs.js';

test('each project of vitest has its needs', () => {
  const names = vitestConfig.test?.projects?.map((project) => (project as { test: { name: string } }).test.name);
  expect(Object.keys(NEEDS).toSorted()).toEqual(names?.toSorted());
});

test('what is needed is what the named projects need together', () => {
  expect(needsOf(['unit', 'types'])).toEqual({ programs: [], postgres: false, build: false });
  expect(needsOf(['integration', 'cluster'])).toEqual({
    programs: [redisServer, openssl, haproxy, nginx],
    postgres: false,
    build: false,
  });
  expect(needsOf(['faults'])).toMatchObject({ postgres: true, build: false });
});

test('all is needed when no project is named, or one by a pattern', () => {
  const all = new Set([chromium, redisServer, openssl, haproxy, nginx]);
  for (const projects of [[], ['!unit'], ['unit', 'e2e*']]) {
    const { programs, postgres, build } = needsOf(projects);
    expect([new Set(programs), postgres, build]).toEqual([all, true, true]);
  }
});
