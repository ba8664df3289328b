import { join } from 'node:path';
import setupDatabases from './global-setup.js';
import { bundleServer } from './server-bundle.js';

/** vitest's globalSetup of the project `cluster`: what global-setup.ts makes, and the program of a node. */
export default async function setup(): Promise<() => Promise<void>> {
  const teardown = await setupDatabases();
  const node = await bundleServer(join(import.meta.dirname, 'node-main.ts'));
  process.env.TEST_NODE_PROGRAM = node.path;
  return async () => {
    await node[Symbol.asyncDispose]();
    await teardown();
  };
}
