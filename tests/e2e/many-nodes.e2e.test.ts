import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '../../scripts/lib/postgres.js';
import { type LoadBalancer, startHaproxy } from '../../scripts/lib/proxies.js';
import { type Redis, startRedis } from '../../scripts/lib/redis.js';
import { launchBrowser, openPerson, type Person, screenshot } from './lib/browser.js';
import { freePort, type Run, runNode, runWeb, serverMain } from './lib/system.js';

/**
 * Two people in two browsers, on two servers behind a load balancer, while a server, Redis and PostgreSQL are killed in turn
 * and come back. They go on talking: in the end both see the same, and all that they saw of it was a banner.
 */
const SECRET = 'a secret of the tests, long enough'.padEnd(40, '.');
/** What each says while something is away. */
const LINES = 4;
const PAUSE_MS = 400;

let postgres: Postgres;
let redis: Redis;
let balancer: LoadBalancer;
let web: Awaited<ReturnType<typeof runWeb>>;
let browser: Browser;
let ann: Person;
let bob: Person;
let env: NodeJS.ProcessEnv;
const ports: number[] = [];
const nodes: Run[] = [];

const startNode = async (index: number) => {
  const run = runNode([serverMain], { ...env, SOCKET_IO_PORT: String(ports[index]) });
  nodes[index] = run;
  await run.printed('"msg":"listening"');
};

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  for (let n = 0; n < 2; n += 1) ports.push(await freePort());
  const webPort = await freePort();
  env = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    AUTH_JWT_SECRET: SECRET,
    SOCKET_IO_CORS_ORIGIN: `http://localhost:${webPort}`,
    RATE_LIMIT_FACTOR: '1000',
  };
  await startNode(0);
  await startNode(1);
  balancer = await startHaproxy(ports);
  web = await runWeb(
    { ...env, WEB_DEMO_LOGIN: 'dev', NEXT_PUBLIC_SOCKET_URL: balancer.url, SOCKET_IO_PORT: new URL(balancer.url).port },
    { port: webPort },
  );
  browser = await launchBrowser();
  // Tall: the list renders only what is in sight.
  const viewport = { width: 1280, height: 6_000 };
  ann = await openPerson(browser, web.url, 'Ann Smith', { viewport });
  bob = await openPerson(browser, web.url, 'Bob Miller', { viewport });
});

afterAll(async () => {
  await browser?.close();
  for (const run of [web, ...nodes]) await run?.[Symbol.asyncDispose]();
  await balancer?.stop();
  await redis?.stop();
  await postgres?.stop();
});

const message = (page: Page, text: string) => page.getByTestId('message').filter({ hasText: text });
const contents = (page: Page) => page.getByTestId('message-content').allInnerTexts();
const people = () => [ann, bob];
const said: string[] = [];

async function say({ page }: Person, text: string): Promise<void> {
  said.push(text);
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
}

/** Both talk, in turn. */
async function talk(topic: string): Promise<void> {
  for (let line = 1; line <= LINES; line += 1) {
    await say(ann, `${topic}, Ann ${line}`);
    await say(bob, `${topic}, Bob ${line}`);
    await ann.page.waitForTimeout(PAUSE_MS);
  }
}

/** Both show all that was said, each thing once, in the same order; and nothing that failed. */
async function bothShowAll(): Promise<void> {
  for (const { page } of people()) {
    await expect.poll(() => contents(page), { timeout: 60_000 }).toHaveLength(said.length);
    for (const trouble of ['send-failed', 'toast', 'room-gone'])
      expect(await page.getByTestId(trouble).count()).toBe(0);
  }
  const list = await contents(ann.page);
  expect(await contents(bob.page)).toEqual(list);
  expect(list.toSorted()).toEqual(said.toSorted());
}

test('two people talk with each other', async () => {
  await ann.page.getByTestId('create-room').click();
  await ann.page.getByTestId('room-name').fill('Night shift');
  await ann.page.getByTestId('person-search').fill('bob');
  await ann.page.getByTestId('person-option').filter({ hasText: 'Bob Miller' }).click();
  await ann.page.getByTestId('create-room-submit').click();
  await bob.page.getByTestId('room-item').filter({ hasText: 'Night shift' }).click();
  await bob.page.getByTestId('composer').waitFor();
  await talk('All is well');
  await bothShowAll();
  await expect.poll(() => ann.page.getByTestId('online-count').textContent()).toContain('2 online');
});

test.each([0, 1])('server %d is killed and comes back', async (index) => {
  nodes[index]?.signal('SIGKILL');
  await nodes[index]?.ended;
  await talk(`Without server ${index}`);
  await screenshot(ann.page, `many-nodes-without-server-${index}`);
  await startNode(index);
  await bothShowAll();
});

test('Redis is killed and comes back', async () => {
  await redis.kill();
  await talk('Without Redis');
  await screenshot(bob.page, 'many-nodes-without-redis');
  await bothShowAll();
  await redis.restart();
  await talk('With Redis again');
  await bothShowAll();
});

test('PostgreSQL is killed and comes back', async () => {
  process.kill(postgres.pid, 'SIGQUIT');
  await postgres.down();
  await talk('Without PostgreSQL');
  await screenshot(ann.page, 'many-nodes-without-postgres');
  await postgres.up();
  await bothShowAll();
});

test('both are still online, after a reload too', async () => {
  await bob.page.reload();
  await message(bob.page, 'All is well, Ann 1').waitFor();
  for (const { page } of people()) {
    await expect.poll(() => page.getByTestId('online-count').textContent(), { timeout: 30_000 }).toContain('2 online');
  }
});
