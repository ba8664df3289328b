import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findOnPath, findOrInstall, findOrInstallAll } from './programs.js';

const program = { title: 'Thing', variable: 'THING_PATH', commands: ['thing', 'thing-2'], debianPackage: 'thing' };

afterEach(() => vi.unstubAllEnvs());

test('the variable wins, and must point at a program', () => {
  vi.stubEnv('THING_PATH', process.execPath);
  expect(findOrInstall(program)).toBe(process.execPath);
  vi.stubEnv('THING_PATH', '/does/not/exist');
  expect(() => findOrInstall(program)).toThrow('THING_PATH: there is no program at /does/not/exist');
});

test('all that is missing is told at once', () => {
  const other = { ...program, variable: 'OTHER_PATH' };
  vi.stubEnv('THING_PATH', process.execPath);
  vi.stubEnv('OTHER_PATH', process.execPath);
  expect(findOrInstallAll([program, other])).toEqual({ THING_PATH: process.execPath, OTHER_PATH: process.execPath });
  vi.stubEnv('THING_PATH', '/not/here');
  vi.stubEnv('OTHER_PATH', '/nor/here');
  expect(() => findOrInstallAll([program, other])).toThrow(
    /^THING_PATH: .* \/not\/here\.\nOTHER_PATH: .* \/nor\/here\.$/,
  );
});

test('a program is found on the PATH when it can be run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  vi.stubEnv('PATH', `/does/not/exist:${folder}`);
  writeFileSync(join(folder, 'thing'), '');
  writeFileSync(join(folder, 'thing-2'), '', { mode: 0o755 });
  expect(findOnPath('thing', 'thing-2')).toBe(join(folder, 'thing-2'));
  rmSync(folder, { recursive: true });
});
