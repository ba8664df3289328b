import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVIL_HOST, MARK, onOneLine, XSS_PAYLOADS } from '../security/xss-payloads.js';
import { launchBrowser, openPerson } from './lib/browser.js';
import { type System, startSystem, temporaryDir } from './lib/system.js';
import { type Harm, type Watch, watch } from './lib/watch.js';

/** S15: payloads in everything people can write, given to the real server, and rendered by the real app. */
const NO_HARM: Harm = { ran: [], requests: [], violations: [], elements: [] };
/** It makes 1,500 calls. */
const SETUP_MS = 600_000;
const WAIT = { timeout: 30_000, interval: 20 };
const FILE_TYPES = ['FILE', 'IMAGE', 'VIDEO', 'AUDIO'];

interface Attacker {
  userId: number;
  token: string;
  payload: string;
}

let data: ReturnType<typeof temporaryDir>;
let system: System;
let browser: Browser;
let page: Page;
let watched: Watch;
let viewer: Attacker;
let attackers: Attacker[];
/** A room with all of them in it. */
let hallId: number;
/** Rooms with a few of them each, and what they wrote there: no more than a page of history. */
const tables: { id: number; messageIds: Set<string> }[] = [];
const SEATS = 25;
/** What each of them is called in the end: some names are one user, who is called as the last call of theirs says. */
let names: readonly string[];

beforeAll(async () => {
  data = temporaryDir();
  system = await startSystem(data.path, { RATE_LIMIT_FACTOR: '1000' });
  viewer = await login('Victoria');
  attackers = await inBatches(XSS_PAYLOADS, login);
  hallId = (await call(viewer, 'POST', '/shared/chat/rooms', { name: 'Hall' })).id;
  const ids = [...new Set(attackers.map(({ userId }) => userId))];
  for (let at = 0; at < ids.length; at += 100) {
    await call(viewer, 'POST', `/shared/chat/rooms/${hallId}/members`, { userIds: ids.slice(at, at + 100) });
  }
  for (let at = 0; at < attackers.length; at += SEATS) {
    const memberIds = [...new Set(attackers.slice(at, at + SEATS).map(({ userId }) => userId))];
    const { id } = await call(viewer, 'POST', '/shared/chat/rooms', { name: `Table ${at}`, memberIds });
    tables.push({ id, messageIds: new Set() });
  }
  await inBatches(attackers, attack);
  names = await namesIn(hallId);
  browser = await launchBrowser();
  ({ page } = await openPerson(browser, system.webUrl, 'Victoria'));
  watched = await watch(page.context(), [system.webUrl, system.serverUrl], MARK);
}, SETUP_MS);

afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
  data?.[Symbol.dispose]();
});

async function call<T = { id: number }>(caller: { token?: string }, method: string, path: string, body?: object) {
  const response = await fetch(system.serverUrl + path, {
    method,
    headers: { 'content-type': 'application/json', ...(caller.token && { authorization: `Bearer ${caller.token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function namesIn(roomId: number): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path = `/shared/chat/rooms/${roomId}/members?limit=100${cursor && `&cursor=${cursor}`}`;
    const page: { items: { user: { name: string } }[]; nextCursor: string | null } = await call(viewer, 'GET', path);
    found.push(...page.items.map(({ user }) => user.name));
    cursor = page.nextCursor;
  }
  return found.filter((name) => name !== 'Victoria');
}

async function login(payload: string): Promise<Attacker> {
  const answer = await call<Omit<Attacker, 'payload'>>({}, 'POST', '/dev/login', { name: onOneLine(payload) });
  return { ...answer, payload };
}

/** Writes the payload at the table, as text and as name of a file, and to the viewer alone. */
async function attack(attacker: Attacker, n: number): Promise<void> {
  const { payload } = attacker;
  const fileUrl = `https://${EVIL_HOST}/files/${encodeURIComponent(payload)}`;
  const post = (roomId: number, message: object) =>
    call(attacker, 'POST', `/shared/chat/rooms/${roomId}/messages`, message);
  const direct = await call(attacker, 'POST', '/shared/chat/direct', { userId: viewer.userId });
  await post(direct.id, { content: payload });
  const { id: tableId, messageIds } = tables[Math.floor(n / SEATS)] as (typeof tables)[number];
  messageIds.add(String((await post(tableId, { content: payload })).id));
  const file = { content: '', type: FILE_TYPES[n % FILE_TYPES.length], fileUrl };
  messageIds.add(String((await post(tableId, file)).id));
}

async function inBatches<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += 10) {
    results.push(...(await Promise.all(items.slice(at, at + 10).map((item, n) => work(item, at + n)))));
  }
  return results;
}

/**
 * Scrolls a list up and down until nothing is missing of what is read from its items: it may render no more than what is
 * in sight, load pages at its ends, and begin anywhere. Looks for harm at each step.
 */
async function scrollThrough(
  items: Locator,
  read: (items: Locator) => Promise<string[]>,
  missing: (seen: readonly string[]) => number,
): Promise<void> {
  const seen = new Set<string>();
  let step = 400;
  const left = async () => {
    for (const text of await read(items)) seen.add(text);
    await watched.look();
    // The test fails then, and the page may be too broken to be scrolled.
    if (Object.values(watched.harm).some((found) => found.length > 0)) return 0;
    if (!(await items.first().evaluate(scrollBy, step))) step = -step;
    return missing([...seen]);
  };
  await expect.poll(left, { timeout: 120_000, interval: 10 }).toBe(0);
}

/** Scrolls what the element is scrolled in, and says whether that was still possible. Runs in the browser. */
function scrollBy(element: Element, step: number): boolean {
  let area: Element | null = element.parentElement;
  while (area && !/auto|scroll/.test(getComputedStyle(area).overflowY)) area = area.parentElement;
  const before = area?.scrollTop;
  area?.scrollBy({ top: step, behavior: 'instant' });
  return area?.scrollTop !== before;
}

const texts = (items: Locator) => items.allTextContents();
const unseenNames = (seen: readonly string[]) =>
  names.filter((name) => !seen.some((text) => text.includes(name))).length;

test('there are 200 payloads, all different', () => {
  expect(new Set(XSS_PAYLOADS).size).toBe(XSS_PAYLOADS.length);
  expect(XSS_PAYLOADS.length).toBeGreaterThanOrEqual(200);
  expect(names.length).toBeGreaterThan(150);
  expect(XSS_PAYLOADS.map(onOneLine)).toEqual(expect.arrayContaining([...names]));
});

test('in messages, as names of their senders and of files', async () => {
  const messages = page.getByTestId('message');
  const ids = (items: Locator) =>
    items.evaluateAll((all) => all.map((item) => `${item.getAttribute('data-message-id')}`));
  for (const { id, messageIds } of tables) {
    await page.goto(`${system.webUrl}/?room=${id}`);
    await messages.first().waitFor();
    await scrollThrough(messages, ids, (seen) => [...messageIds].filter((one) => !seen.includes(one)).length);
  }
  expect(watched.harm).toEqual(NO_HARM);
});

test('as names of members', async () => {
  await page.goto(`${system.webUrl}/?room=${hallId}`);
  const toggle = page.getByTestId('open-members');
  if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click();
  const members = page.getByTestId('member');
  await members.first().waitFor();
  await scrollThrough(members, texts, unseenNames);
  expect(watched.harm).toEqual(NO_HARM);
});

test.each([
  ['for an invitation', 'person-search', 'person-option'],
  ['in the sidebar', 'room-search', 'search-results'],
])('as what is found by name, %s', async (_, field, result) => {
  await page.goto(system.webUrl);
  if (field === 'person-search') await page.getByTestId('create-room').click();
  const found = page.getByTestId(result);
  for (const query of ['<img', '<script', 'javascript:', '<iframe', '<svg', '[x]', EVIL_HOST, '{', '-->', '&']) {
    await page.getByTestId(field).fill(query);
    await expect
      .poll(async () => (await texts(found)).filter((text) => text.toLowerCase().includes(query)).length, WAIT)
      .toBeGreaterThan(0);
    await watched.look();
  }
  expect(watched.harm).toEqual(NO_HARM);
});

test('in the room list, as names of people and as last messages', async () => {
  await page.goto(system.webUrl);
  const rooms = page.getByTestId('room-item');
  await rooms.first().waitFor();
  await scrollThrough(rooms, texts, unseenNames);
  expect(watched.harm).toEqual(NO_HARM);
});

test('as names of a room, live, in its title and in the list', async () => {
  const { id } = await call(viewer, 'POST', '/shared/chat/rooms', { name: 'Stage' });
  await page.goto(`${system.webUrl}/?room=${id}`);
  const title = page.getByTestId('room-title');
  const item = page.getByTestId('room-item').first();
  await title.filter({ hasText: 'Stage' }).waitFor();
  for (const name of new Set(XSS_PAYLOADS.map(onOneLine))) {
    await call(viewer, 'PATCH', `/shared/chat/rooms/${id}`, { name });
    await expect.poll(() => title.textContent(), WAIT).toBe(name);
    await expect.poll(() => item.textContent(), WAIT).toContain(name);
    await watched.look();
  }
  expect(watched.harm).toEqual(NO_HARM);
});
