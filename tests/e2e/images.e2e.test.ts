import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDockerfile } from '../../scripts/lib/dockerfile-rules.js';
import { answers, freePort, runNode, shell, temporaryDir } from './lib/system.js';

const root = join(import.meta.dirname, '../..');

/** Done before any test runs, by whoever runs them. */
const isInstall = (command: string) => /^(npm|pnpm) install /.test(command);
const WITH_PNPM = 'command -v pnpm > /dev/null || pnpm() { npx -y pnpm@12 "$@"; };';

/** What a Dockerfile builds, made in a folder in place of an image, and how its container would run there. */
async function buildImage(name: 'server' | 'web', out: string) {
  const text = readFileSync(join(root, `deploy/${name}.Dockerfile`), 'utf8').replaceAll('/out', out);
  const rests = (wanted: string) => parseDockerfile(text).flatMap((one) => (one.name === wanted ? [one.rest] : []));
  for (const command of rests('RUN').filter((one) => !isInstall(one))) await shell(`${WITH_PNPM} ${command}`, root);
  /** The arguments that Node is given, with paths of the image's. */
  const argsOf = (command = ''): string[] => JSON.parse(command.slice(command.indexOf('['))).slice(1);
  return { cmd: argsOf(rests('CMD').at(-1)), healthCheck: argsOf(rests('HEALTHCHECK').at(-1)) };
}

const inFolder = (args: readonly string[], folder: string) =>
  args.map((arg) => (/^(apps|node_modules)\//.test(arg) ? join(folder, arg) : arg));

test('what the Dockerfile of the server builds runs, is found healthy, and ends with SIGTERM', async () => {
  using out = temporaryDir();
  using data = temporaryDir();
  const { cmd, healthCheck } = await buildImage('server', out.path);
  const SOCKET_IO_PORT = String(await freePort());
  const env = {
    ...{ NODE_ENV: 'production', SOCKET_IO_PORT, SOCKET_IO_CORS_ORIGIN: 'http://localhost' },
    ...{ DATA_DIR: data.path, AUTH_JWT_SECRET: 'a secret of this test, and of nothing else' },
  };
  expect(await runNode(healthCheck, env).ended).toBe(1);
  await using server = runNode(inFolder(cmd, out.path), env);
  await server.printed('listening');
  expect(await runNode(healthCheck, env).ended).toBe(0);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
});

test('what the Dockerfile of the web app builds shows the app', async () => {
  using out = temporaryDir();
  const { cmd, healthCheck } = await buildImage('web', out.path);
  const port = String(await freePort());
  const onPort = (args: readonly string[]) => args.map((arg) => arg.replace(/\b3000\b/, port));
  const env = { NODE_ENV: 'production', NEXT_PUBLIC_SOCKET_URL: 'http://localhost:1' };
  const [next = '', ...rest] = inFolder(onPort(cmd), out.path);
  await using web = runNode([next, 'start', out.path, ...rest.slice(1)], env);
  await web.printed('Ready');
  expect(await answers(`http://127.0.0.1:${port}/`)).toBe(true);
  expect(await runNode(onPort(healthCheck), env).ended).toBe(0);
});
