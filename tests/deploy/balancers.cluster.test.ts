import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTokenMint } from '../../apps/server/src/infra/tokens.js';
import { PATIENCE_MS, TEST_SECRET } from '../../apps/server/src/test/app.js';
import { type LoadBalancer, startHaproxy, startNginx } from '../../scripts/lib/proxies.js';
import { type Node, startNodes } from './lib/nodes.js';
import { signIn, startPolling } from './lib/requests.js';

// The files of deploy/, with the real programs.

const balancers = { haproxy: startHaproxy, nginx: startNginx };
const mint = createTokenMint({ secret: TEST_SECRET });
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});

async function open(url: string, userId: number, transports = ['websocket']): Promise<Socket> {
  const auth = { userId, token: await mint(userId, `User ${userId}`) };
  const socket = io(url, { auth, transports, forceNew: true, reconnection: false, withCredentials: true });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  return socket;
}

describe.each(Object.keys(balancers) as (keyof typeof balancers)[])('%s', (name) => {
  let close: () => Promise<void>;
  let nodes: [Node, Node];
  let balancer: LoadBalancer;

  beforeAll(async () => {
    ({ nodes, close } = await startNodes({ TRUSTED_PROXIES: '127.0.0.1' }));
    balancer = await balancers[name](nodes.map(({ port }) => port));
  });
  afterAll(async () => {
    await balancer?.stop();
    await close?.();
  });

  test('WebSockets are spread over the servers', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, (_, index) => open(balancer.url, index + 1)));
    expect(nodes.map((node) => node.upgrades())).toEqual([3, 3]);
    for (const socket of all) expect(await socket.emitWithAck('sync', { rooms: {} })).toMatchObject({ ok: true });
  });

  test('polls with the cookie all reach the server of their session, and without it they do not', async () => {
    for (let session = 0; session < 4; session++) {
      const polling = await startPolling(balancer.url, { cookies: true });
      expect(polling.cookie).not.toBe('');
      for (let nth = 0; nth < 6; nth++) expect(await polling.send('3')).toBe(200);
    }
    const statuses: number[] = [];
    for (let session = 0; session < 4; session++) {
      const polling = await startPolling(balancer.url, { cookies: false });
      for (let nth = 0; nth < 6; nth++) statuses.push(await polling.send('3'));
    }
    expect(statuses).toContain(400);
  });

  test('a session that began with polling is upgraded where it lives', async () => {
    for (let userId = 11; userId < 15; userId++) {
      const socket = await open(balancer.url, userId, ['polling', 'websocket']);
      await expect.poll(() => socket.io.engine.transport.name, { timeout: PATIENCE_MS }).toBe('websocket');
    }
  });

  test('no cookie is set for who does not poll', async () => {
    expect((await fetch(`${balancer.url}/healthz`)).headers.getSetCookie()).toEqual([]);
  });

  if (name === 'haproxy') {
    test('a server that is not ready gets nothing new, and keeps what it has', async () => {
      const before = await Promise.all([31, 32, 33, 34].map((userId) => open(balancer.url, userId)));
      const told = () => balancer.output().split('Server chat/node2 is DOWN').length;
      const downs = told();
      nodes[1].database.refuse();
      await expect.poll(told, { timeout: PATIENCE_MS }).toBeGreaterThan(downs);
      const [, taken] = nodes.map((node) => node.upgrades());
      await Promise.all([41, 42, 43, 44].map((userId) => open(balancer.url, userId)));
      expect(nodes[1].upgrades()).toBe(taken);
      expect(before.map((socket) => socket.connected)).toEqual([true, true, true, true]);
      nodes[1].database.accept();
      await expect.poll(balancer.output, { timeout: PATIENCE_MS }).toContain('Server chat/node2 is UP');
    });
  }

  test('a server that is gone costs nobody an error', async () => {
    await nodes[1].kill();
    for (let userId = 51; userId < 57; userId++) await open(balancer.url, userId);
    expect((await fetch(`${balancer.url}/readyz`)).status).toBe(200);
  });
});

describe.each(Object.keys(balancers) as (keyof typeof balancers)[])('addresses through %s', (name) => {
  const SPENT = [200, 200, 429];

  test.each([
    ['are the clients’ own with TRUSTED_PROXIES', '127.0.0.1', [200, 200, 429]],
    ['are all the same without', '', [429, 429, 429]],
  ])('%s', async (_, TRUSTED_PROXIES, ofAnother) => {
    const { nodes, close } = await startNodes({ TRUSTED_PROXIES, RATE_LIMIT_FACTOR: '0.1' });
    // One server alone, whose limits need not ask Redis.
    const balancer = await balancers[name](nodes.map(() => nodes[0].port));
    try {
      const three = async (address: string, headers?: (nth: number) => Record<string, string>) => [
        await signIn(balancer.url, address, headers?.(1)),
        await signIn(balancer.url, address, headers?.(2)),
        await signIn(balancer.url, address, headers?.(3)),
      ];
      // What a client claims about itself does not help it.
      expect(await three('127.0.0.2', (nth) => ({ 'x-forwarded-for': `203.0.113.${nth}` }))).toEqual(SPENT);
      expect(await three('127.0.0.3')).toEqual(ofAnother);
    } finally {
      await balancer.stop();
      await close();
    }
  });
});

test.each(['/healthz', '/socket.io/?transport=polling'])(
  'haproxy: no request to %s meets a connection that is kept open and just ends',
  async (path) => {
    const used = new WeakSet<object>();
    // The worst of servers: it ends a connection as soon as a second request is on its way.
    const server = createServer((request, response) => {
      if (used.has(request.socket)) request.socket.destroy();
      used.add(request.socket);
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const balancer = await startHaproxy([port]);
    try {
      for (const method of ['GET', 'GET', 'POST', 'GET', 'POST']) {
        const response = await fetch(`${balancer.url}${path}`, { method });
        await response.text();
        expect(response.status).toBe(200);
      }
    } finally {
      await balancer.stop();
      server.close();
      server.closeAllConnections();
    }
  },
);

test('nginx: servers that refuse some calls with 503 are not left out', async () => {
  const servers = [0, 1].map(() =>
    createServer(({ url }, response) => {
      response.statusCode = url === '/busy' ? 503 : 200;
      response.end();
    }),
  );
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  const balancer = await startNginx(servers.map((server) => (server.address() as AddressInfo).port));
  const status = async (path: string) => {
    const response = await fetch(`${balancer.url}${path}`);
    await response.text();
    return response.status;
  };
  try {
    const busy = await Promise.all(Array.from({ length: 20 }, () => status('/busy')));
    const others = await Promise.all(Array.from({ length: 20 }, () => status('/others')));
    expect([new Set(busy), new Set(others)]).toEqual([new Set([503]), new Set([200])]);
  } finally {
    await balancer.stop();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  }
});
