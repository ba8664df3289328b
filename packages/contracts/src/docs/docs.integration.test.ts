import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test, vi } from 'vitest';
import { asyncApiDocument, openApiDocument } from './index.js';

// The AsyncAPI parser alone takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const root = join(import.meta.dirname, '../../../..');

test.each([false, true])(
  'the OpenAPI document is valid, development operations included: %s',
  async (includeDevelopment) => {
    const validator = new Validator();
    const result = await validator.validate({ ...openApiDocument({ includeDevelopment }) });
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  },
);

test('the AsyncAPI document is valid', async () => {
  const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApiDocument()));
  expect(diagnostics.filter(({ severity }) => severity <= 1)).toEqual([]);
  expect(document?.version()).toBe('3.0.0');
});

test('the committed documents and SDK are what the tables say', async () => {
  const args = ['--import', 'tsx', '--conditions=source', 'scripts/generate.ts', '--check'];
  await promisify(execFile)(process.execPath, args, { cwd: root });
});
