import { LIMITS } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whenReady } from '../../apps/server/src/test/two-nodes.js';
import { type LoadBalancer, startHaproxy, startNginx } from '../../scripts/lib/proxies.js';
import { type Nodes, startNodes } from '../deploy/lib/nodes.js';
import { signIn } from '../deploy/lib/requests.js';
import { call } from '../parity/callers.js';
import { accepted, codesOf, type Everywhere, everywhere, expectLimited, letThroughBy } from './everywhere.js';

const BALANCER = '127.0.0.1';
/** A proxy farther out, that is trusted as well. */
const OUTER_PROXY = '127.0.0.9';

let system: Nodes;
beforeAll(async () => {
  system = await startNodes({
    RATE_LIMIT_FACTOR: '1',
    TRUSTED_PROXIES: `${BALANCER},${OUTER_PROXY}`,
    LOG_LEVEL: 'debug',
  });
  await Promise.all(system.nodes.map((node) => whenReady(node, 'ready')));
});
afterAll(() => system?.close());

const letThrough = (attempt: (nth: number) => Promise<number>) => letThroughBy(system.nodes, attempt);

describe('S13: a user with 20 sockets at two nodes, REST, tRPC and batches at once', () => {
  const cases = [
    ['message.create', 'message:send', 1],
    ['room.sync', 'sync', 3],
    ['typing.start', 'user:typing', 4],
  ] as const;

  test.each(cases)('has as many of %s as anyone', async (name, limitName, times) => {
    const limit = LIMITS[limitName].points;
    const count = await letThrough(async () => {
      const user = await everywhere(system.nodes);
      const { roomId } = user;
      const outcomes = await user.flood(name, { roomId, content: 'x', rooms: { [roomId]: { since: 0 } } }, times);
      user.close();
      // Each node alone was asked for more than it would give.
      for (const index of [0, 1]) expect(outcomes.filter(({ node }) => node === index).length).toBeGreaterThan(limit);
      expect(codesOf(outcomes)).toEqual(['OK', 'RATE_LIMITED']);
      return accepted(outcomes);
    });
    expectLimited(count, limit);
  });

  test('gets no point back but the one that a message sent again has cost', async () => {
    const limit = LIMITS['message:send'].points;
    const count = await letThrough(async () => {
      const user = await everywhere(system.nodes);
      const same = { roomId: user.roomId, content: 'the same', clientId: 'c' };
      const send = (nth: number) => {
        const { node, caller } = user.at[nth % 2] as Everywhere['at'][number];
        return call(node, caller, nth % 4 < 2 ? 'rest' : 'trpc', 'message.create', same);
      };
      for (let round = 0; round < 4; round += 1) {
        // With the point that is spent as many as there are.
        const answers = await Promise.all(Array.from({ length: limit - 1 }, (_, nth) => send(nth)));
        expect(answers.filter(({ ok }) => !ok)).toEqual([]);
      }
      await user.flood('message.create', { roomId: user.roomId, content: 'x' });
      user.close();
      return countMessages(user);
    });
    expectLimited(count, limit);
  });
});

async function countMessages({ at: [first], roomId }: Everywhere): Promise<number> {
  if (!first) throw new Error('no caller');
  const answer = await call(first.node, first.caller, 'rest', 'message.list', { roomId, limit: 100 });
  if (!answer.ok) throw new Error(answer.error.message);
  return (answer.data as { items: unknown[] }).items.length;
}

describe('S13: callers without a token', () => {
  const limit = LIMITS['dev:login'].points;
  const OK = 200;
  const REFUSED = 429;
  const toNodes = () => system.nodes.map(({ url }) => url);

  /** More sign-ins than one node alone would let through at each of these; the number of those let through. */
  async function signIns(urls: string[], address: string, headers?: (nth: number) => Record<string, string>) {
    const statuses = await Promise.all(
      urls.flatMap((url) =>
        Array.from({ length: (3 * limit) / urls.length }, (_, nth) =>
          signIn(url, address, headers?.(nth), nth % 2 ? '/trpc/dev.login' : '/dev/login'),
        ),
      ),
    );
    expect([...new Set(statuses)].toSorted()).toEqual([OK, REFUSED]);
    return statuses.filter((status) => status === OK).length;
  }

  test('are counted by their address over both nodes, whatever they claim to forward', async () => {
    const claims = (nth: number) => ({
      'x-forwarded-for': `198.51.100.${nth}, ${BALANCER}`,
      'x-real-ip': `198.51.100.${nth}`,
      forwarded: `for=198.51.100.${nth}`,
    });
    const passed = await letThrough((nth) => signIns(toNodes(), `127.0.2.${nth}`, claims));
    expectLimited(passed, limit);
    // Nor have they spent anyone else's.
    expect(await signIn(system.nodes[0].url, '127.0.0.3')).toBe(OK);
    expect(await signIn(system.nodes[1].url, '127.0.0.4', { 'x-forwarded-for': '127.0.2.1' })).toBe(OK);
  });

  const balancers = [
    ['haproxy', startHaproxy, 10],
    ['nginx', startNginx, 20],
  ] as const;

  describe.each(balancers)('through %s', (_, start, base) => {
    let balancer: LoadBalancer;
    beforeAll(async () => {
      balancer = await start(system.nodes.map(({ port }) => port));
    });
    afterAll(() => balancer?.stop());

    const served = () =>
      system.nodes.map(({ logs }) => logs.filter(({ operation }) => operation === 'dev.login').length);

    test('are told apart, and one is counted over both nodes', async () => {
      const before = served();
      const claims = (nth: number) => ({ 'x-forwarded-for': `198.51.100.${nth}` });
      const passed = await letThrough((nth) => signIns([balancer.url], `127.0.${base}.${nth}`, claims));
      expectLimited(passed, limit);
      for (const [index, count] of served().entries()) expect(count - (before[index] ?? 0)).toBeGreaterThan(limit / 2);
      expect(await signIn(balancer.url, `127.0.${base}.9`)).toBe(OK);
    });

    test('are one in all of an IPv6 /64', async () => {
      const from = (network: number) => (nth: number) => ({ 'x-forwarded-for': `2001:db8:${base}:${network}::${nth}` });
      const passed = await letThrough((nth) => signIns([balancer.url], OUTER_PROXY, from(nth)));
      expectLimited(passed, limit);
      expect(await signIn(balancer.url, OUTER_PROXY, from(9)(1))).toBe(OK);
    });
  });
});
