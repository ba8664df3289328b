import { setTimeout as pause } from 'node:timers/promises';
import { LIMITS } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whenReady } from '../../apps/server/src/test/two-nodes.js';
import { redisCommand } from '../../scripts/lib/redis-command.js';
import { type Nodes, startNodes } from '../deploy/lib/nodes.js';
import { signIn } from '../deploy/lib/requests.js';
import {
  accepted,
  codesOf,
  type Everywhere,
  everywhere,
  expectLimited,
  letThroughBy,
  type Outcome,
} from './everywhere.js';

const LIMIT = LIMITS['message:send'].points;
const LOGINS = LIMITS['dev:login'].points;
const ANSWERED_MS = 5_000;
const ERROR_LEVEL = 50;

let system: Nodes;
beforeAll(async () => {
  system = await startNodes({ RATE_LIMIT_FACTOR: '1', LOG_LEVEL: 'info' });
});
afterAll(() => system?.close());

const all = (status: 'ready' | 'degraded') => Promise.all(system.nodes.map((node) => whenReady(node, status)));
const flood = (user: Everywhere) => user.flood('message.create', { roomId: user.roomId, content: 'x' });
const acceptedBy = (index: number, outcomes: Outcome[]) => accepted(outcomes.filter(({ node }) => node === index));
const memory = (bytes: string) => redisCommand(system.redis, 'CONFIG', 'SET', 'maxmemory', bytes);

/** How many of more sign-ins than one node allows are let through. */
async function signIns(url: string, address: string): Promise<number> {
  const statuses = await Promise.all(Array.from({ length: LOGINS + 5 }, () => signIn(url, address)));
  for (const status of statuses) expect([200, 429]).toContain(status);
  return statuses.filter((status) => status === 200).length;
}

function expectAnswered(outcomes: Outcome[]): void {
  for (const code of codesOf(outcomes)) expect(['OK', 'RATE_LIMITED']).toContain(code);
  expect(Math.max(...outcomes.map(({ ms }) => ms))).toBeLessThan(ANSWERED_MS);
}

const faults = [
  {
    how: 'is killed',
    address: '127.0.3.1',
    begin: () => system.redis.kill(),
    isThere: () => all('degraded'),
    end: () => system.redis.restart(),
  },
  {
    how: 'hangs',
    address: '127.0.3.2',
    begin: () => system.redis.pause(),
    isThere: () => all('degraded'),
    end: () => system.redis.resume(),
  },
  {
    how: 'takes no writes',
    address: '127.0.3.3',
    begin: () => memory('1'),
    // The nodes hear each other as before.
    isThere: () => pause(1_000),
    end: () => memory('0'),
  },
];

describe.each(faults)('S14: Redis $how while limits are enforced', ({ address, begin, isThere, end }) => {
  test('each node limits by itself, answers in time and without an error; then they count together again', async () => {
    await all('ready');
    const early = await everywhere(system.nodes);
    let going = true;
    const flooding = (async () => {
      const outcomes: Outcome[] = [];
      for (; going; await pause(250)) outcomes.push(...(await flood(early)));
      return outcomes;
    })();
    flooding.catch(() => {});
    await begin();
    let late: Everywhere;
    try {
      await isThere();
      late = await everywhere(system.nodes);
      const outcomes = await flood(late);
      expectAnswered(outcomes);
      for (const index of [0, 1]) expectLimited(acceptedBy(index, outcomes), LIMIT);
      for (const { url } of system.nodes) expectLimited(await signIns(url, address), LOGINS);
    } finally {
      await end();
    }
    await all('ready');
    going = false;

    const outcomes = await flooding;
    early.close();
    expectAnswered(outcomes);
    expect(accepted(outcomes)).toBeGreaterThanOrEqual(LIMIT);
    for (const index of [0, 1]) expect(acceptedBy(index, outcomes)).toBeLessThanOrEqual(LIMIT * 1.1);
    // Redis knows nothing of what they have had, and they get no more.
    expect(accepted(await flood(late))).toBe(0);
    late.close();

    const count = await letThroughBy(system.nodes, async () => {
      const user = await everywhere(system.nodes);
      const together = await flood(user);
      user.close();
      expectAnswered(together);
      return accepted(together);
    });
    expectLimited(count, LIMIT);
    const errors = system.nodes.flatMap(({ logs }) => logs.filter(({ level }) => Number(level) >= ERROR_LEVEL));
    expect(errors).toEqual([]);
  });
});
