import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKept } from './kept.js';
import { freePort } from './ports.js';
import { findOrInstall, haproxy, nginx } from './programs.js';
import { root } from './settings.js';

/** A load balancer with its file from `deploy/`, in front of servers on this machine. It ends with us. */
export interface LoadBalancer {
  readonly url: string;
  /** What it has said. */
  output(): string;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 20;

/** HAProxy in front of servers on these ports. Resolves when a server answers through it. */
export async function startHaproxy(ports: readonly number[]): Promise<LoadBalancer> {
  const port = await freePort();
  const nodes = Object.fromEntries(ports.map((one, index) => [`CHAT_NODE_${index + 1}`, `127.0.0.1:${one}`]));
  const env = { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, CHAT_BIND: `127.0.0.1:${port}`, ...nodes };
  return start(
    'haproxy',
    (file) => [findOrInstall(haproxy), '-db', '-f', file],
    haproxyConfig(ports.length),
    env,
    port,
  );
}

/** deploy/haproxy.cfg with a line for each server. */
export function haproxyConfig(servers: number): string {
  const text = readFileSync(join(root, 'deploy/haproxy.cfg'), 'utf8');
  const more = Array.from({ length: servers }, (_, index) => index + 1);
  return text
    .replace(/^ *server node2 .*\n/gm, '')
    .replace(/^ *server node1 .*\n/gm, (line) =>
      more
        .map((n) =>
          line.replaceAll('node1', `node${n}`).replace('NODE_1', `NODE_${n}`).replace('server-1', `server-${n}`),
        )
        .join(''),
    );
}

/** nginx in front of servers on these ports. Resolves when a server answers through it. */
export async function startNginx(ports: readonly number[], webPort = 1): Promise<LoadBalancer> {
  const [port, ownWebPort] = [await freePort(), await freePort()];
  const config = (dir: string) =>
    readFileSync(join(root, 'deploy/nginx.conf'), 'utf8')
      .replaceAll('/tmp/', `${dir}/`)
      .replace('listen 8081', `listen 127.0.0.1:${port}`)
      .replace('listen 8080', `listen 127.0.0.1:${ownWebPort}`)
      .replaceAll(/server-(\d):3001/g, (_, n) => `127.0.0.1:${ports[Number(n) - 1]}`)
      .replace('web:3000', `127.0.0.1:${webPort}`);
  const env = { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR };
  const command = (file: string) => [findOrInstall(nginx), '-e', 'stderr', '-g', 'daemon off;', '-c', file];
  return start('nginx', command, config, env, port);
}

async function start(
  name: string,
  command: (file: string) => string[],
  config: string | ((dir: string) => string),
  env: NodeJS.ProcessEnv,
  port: number,
): Promise<LoadBalancer> {
  const dir = mkdtempSync(join(tmpdir(), `dream-studio-${name}-`));
  const file = join(dir, `${name}.cfg`);
  writeFileSync(file, typeof config === 'string' ? config : config(dir));
  let ended: string | undefined;
  const kept = startKept(command(file), env, (said) => {
    ended = said;
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await kept.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await isReady(url))) {
    if (ended === undefined && Date.now() < deadline) await sleep(POLL_MS);
    else {
      await stop();
      throw new Error(`${name} did not come up:\n${kept.output()}`);
    }
  }
  return { url, output: kept.output, stop };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
