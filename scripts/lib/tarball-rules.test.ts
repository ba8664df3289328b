import { expect, test } from 'vitest';
import { tarballProblems } from './tarball-rules.js';

const texts: Record<string, string> = {
  LICENSE: 'MIT',
  'README.md': '# It',
  'package.json': '{}',
  'dist/index.js': 'export {};',
  'dist/index.js.map': '{"sources":["../src/index.ts"],"sourcesContent":["export {};"]}',
  'dist/react/index.js': "'use client';\nexport {};",
};
const exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } };
const workspace = { exports, hasSource: (path: string) => ['src/index.ts', 'src/react/index.tsx'].includes(path) };

const check = (changed: Record<string, string | undefined> = {}, manifest: object = {}) => {
  const all = Object.entries({ ...texts, ...changed }).filter(([, text]) => text !== undefined);
  const read = (path: string) => Object.fromEntries(all)[path] ?? '';
  const files = all.map(([path]) => path);
  return tarballProblems({ manifest: { exports, ...manifest }, files, read }, workspace);
};

test('a package that is whole has no problems', () => expect(check()).toEqual([]));

test.each<[string, Record<string, string | undefined>, object, RegExp]>([
  ['no licence', { LICENSE: undefined }, {}, /lacks LICENSE/],
  ['no README', { 'README.md': undefined }, {}, /lacks README/],
  ['an entry that is not published', {}, { exports: { ...exports, './more': {} } }, /publishConfig.exports/],
  ['a source condition', {}, { exports: { '.': { source: './src/index.ts' } } }, /exports a source/],
  ['a workspace range', {}, { dependencies: { a: 'workspace:*' } }, /depends on a/],
  ['a test', { 'dist/index.test.d.ts': '' }, {}, /is a test/],
  ['a file of an earlier build', { 'dist/old.js': '' }, {}, /left over/],
  ['a map without its source', { 'dist/index.js.map': '{"sources":["../src/index.ts"]}' }, {}, /refers to sources/],
  ["a module of hooks without 'use client'", { 'dist/react/index.js': 'export {};' }, {}, /lacks 'use client'/],
])('%s is a problem', (_, changed, manifest, problem) => {
  expect(check(changed, manifest)).toEqual([expect.stringMatching(problem)]);
});
