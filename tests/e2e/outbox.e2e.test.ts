import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Apart, startApart } from './lib/apart.js';
import { launchBrowser, openPerson, type Person, screenshot } from './lib/browser.js';
import { temporaryDir } from './lib/system.js';

/** What is written while the chat server is down, in real tabs with their own IndexedDB, locks and channels. */
let data: ReturnType<typeof temporaryDir>;
let apart: Apart;
let browser: Browser;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  data = temporaryDir();
  apart = await startApart(data.path, 'on');
  browser = await launchBrowser();
  ann = await openPerson(browser, apart.webUrl, 'Ann Smith');
  bob = await openPerson(browser, apart.webUrl, 'Bob Miller');
});

afterAll(async () => {
  await browser?.close();
  await apart?.[Symbol.asyncDispose]();
  data?.[Symbol.dispose]();
});

const contents = (page: Page) => page.getByTestId('message-content').allInnerTexts();
const shows = (page: Page, texts: readonly string[]) =>
  expect.poll(() => contents(page), { timeout: 60_000 }).toEqual(texts);
const statuses = (page: Page) =>
  page.getByTestId('message').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-status')));
const waits = (page: Page, texts: readonly string[]) =>
  expect
    .poll(async () => [await contents(page), await statuses(page)], { timeout: 60_000 })
    .toEqual([texts, texts.map(() => 'queued')]);
const offline = (page: Page) =>
  page.locator('[data-testid="connection-banner"][data-state="reconnecting"]').waitFor({ state: 'attached' });

async function say(page: Page, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await page.getByTestId('composer').fill(text);
    await page.getByTestId('composer').press('Enter');
  }
}

const openRoom = async (page: Page, name: string) => {
  await page.getByTestId('room-item').filter({ hasText: name }).click();
  await page.getByTestId('room-title').filter({ hasText: name }).waitFor();
};

/** Ann's new room with Bob in it, open in both pages. */
async function meet(name: string): Promise<void> {
  await ann.page.getByTestId('create-room').click();
  await ann.page.getByTestId('room-name').fill(name);
  await ann.page.getByTestId('person-search').fill('bob');
  await ann.page.getByTestId('person-option').filter({ hasText: 'Bob Miller' }).click();
  await ann.page.getByTestId('create-room-submit').click();
  await ann.page.getByTestId('room-title').filter({ hasText: name }).waitFor();
  await openRoom(bob.page, name);
}

beforeEach(async () => {
  // Whatever the last test did: both are connected again.
  for (const { page } of [ann, bob]) {
    await page.goto(apart.webUrl);
    await page.getByTestId('my-state').filter({ hasText: 'Online' }).waitFor();
  }
});

test('messages written without the server survive a reload, and arrive once, in order, in all tabs', async () => {
  await meet('Reload');
  await say(ann.page, 'before');
  await shows(bob.page, ['before']);
  const second = await ann.newTab();
  await second.goto(ann.page.url());
  await shows(second, ['before']);

  await apart.stopServer();
  await offline(ann.page);
  await say(ann.page, 'one', 'two', 'three');
  await screenshot(ann.page, 'outbox-waiting');
  await shows(second, ['before', 'one', 'two', 'three']);
  await ann.page.reload();
  await waits(ann.page, ['one', 'two', 'three']);
  await ann.page.getByText('The conversation opens as soon as it is back').waitFor();
  await screenshot(ann.page, 'outbox-waiting-after-reload');

  await apart.startServer();
  for (const page of [ann.page, second, bob.page]) await shows(page, ['before', 'one', 'two', 'three']);
  await expect.poll(() => statuses(ann.page)).toEqual(Array(4).fill('sent'));
  await second.close();
  // Nothing is left that would come again.
  await ann.page.reload();
  await shows(ann.page, ['before', 'one', 'two', 'three']);
  expect(await statuses(ann.page)).toEqual(Array(4).fill('sent'));
});

test('two tabs write, one is closed: the other sends what both have written, once', async () => {
  await meet('Two tabs');
  const second = await ann.newTab();
  await second.goto(ann.page.url());
  await second.getByTestId('composer').waitFor();
  await apart.stopServer();
  await Promise.all([offline(ann.page), offline(second)]);
  await say(ann.page, 'a1');
  await say(second, 'b1');
  await say(ann.page, 'a2');
  await say(second, 'b2');
  await waits(second, ['a1', 'b1', 'a2', 'b2']);
  // The tab that sends for both.
  await ann.page.goto('about:blank');
  await apart.startServer();
  for (const page of [second, bob.page]) await shows(page, ['a1', 'b1', 'a2', 'b2']);
  await second.close();
});

test('a tab that does not send can discard what another one wrote', async () => {
  await meet('Followers');
  const second = await ann.newTab();
  await second.goto(ann.page.url());
  await second.getByTestId('composer').waitFor();
  await apart.stopServer();
  await Promise.all([offline(ann.page), offline(second)]);
  await say(ann.page, 'keep', 'drop');
  await waits(second, ['keep', 'drop']);
  await second.getByTestId('message').filter({ hasText: 'drop' }).getByTestId('discard-message').click();
  for (const page of [ann.page, second]) await shows(page, ['keep']);
  await apart.startServer();
  for (const page of [ann.page, second, bob.page]) await shows(page, ['keep']);
  await second.close();
});

async function archive(page: Page): Promise<void> {
  await page.getByTestId('room-menu').click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await page.getByTestId('confirm').click();
  await page.getByTestId('archived-note').waitFor();
}

async function removeBob(page: Page): Promise<void> {
  const row = page.getByTestId('member').filter({ hasText: 'Bob Miller' });
  await row.getByTestId('member-menu').click();
  await page.getByRole('menuitem', { name: 'Remove from room' }).click();
  await page.getByTestId('confirm').click();
  await row.waitFor({ state: 'detached' });
}

test.each([
  { name: 'Archived', meanwhile: archive, reason: 'archived' },
  { name: 'Removed', meanwhile: removeBob, reason: 'member' },
])('$name meanwhile: what was written stays, with the reason, until it is discarded', async (refused) => {
  await meet(refused.name);
  const url = bob.page.url();
  await apart.stopServer();
  await offline(bob.page);
  await say(bob.page, 'too late');
  await waits(bob.page, ['too late']);
  await bob.page.goto('about:blank');
  await apart.startServer();
  await ann.page.getByTestId('my-state').filter({ hasText: 'Online' }).waitFor();
  await refused.meanwhile(ann.page);

  await bob.page.goto(url);
  const failed = bob.page.getByTestId('send-failed').filter({ hasText: refused.reason });
  await failed.waitFor();
  await bob.page.reload();
  await failed.waitFor();
  expect(await contents(bob.page)).toEqual(['too late']);
  // Wherever one is, there is a way to it.
  await bob.page.goto(apart.webUrl);
  await bob.page.getByTestId('unsent-elsewhere').waitFor();
  await screenshot(bob.page, `outbox-${refused.name.toLowerCase()}-elsewhere`);
  await bob.page.getByTestId('unsent-elsewhere').click();
  await failed.waitFor();
  await screenshot(bob.page, `outbox-${refused.name.toLowerCase()}`);
  expect(await bob.page.getByTestId('unsent-elsewhere').count()).toBe(0);
  await bob.page.getByTestId('discard-message').click();
  await shows(bob.page, []);
  await bob.page.reload();
  await bob.page.getByTestId('my-state').filter({ hasText: 'Online' }).waitFor();
  expect(await contents(bob.page)).toEqual([]);
  expect(await contents(ann.page)).toEqual([]);
});

test('somebody else who signs in here sees and sends nothing of it; who comes back finds it', async () => {
  await meet('Private');
  const url = ann.page.url();
  await apart.stopServer();
  await offline(ann.page);
  await say(ann.page, 'for Bob only');
  await ann.page.getByTestId('send-waiting').waitFor();
  await signOutAndInAs(ann.page, 'Eve Adams');
  await apart.startServer();
  await ann.page.getByTestId('my-state').filter({ hasText: 'Online' }).waitFor();
  await ann.page.goto(url);
  await ann.page.getByTestId('room-gone').waitFor();
  expect(await ann.page.getByText('for Bob only').count()).toBe(0);
  expect(await contents(bob.page)).toEqual([]);

  await signOutAndInAs(ann.page, 'Ann Smith');
  await shows(bob.page, ['for Bob only']);
  await shows(ann.page, ['for Bob only']);
});

async function signOutAndInAs(page: Page, name: string): Promise<void> {
  await page.getByTestId('account-menu').click();
  await page.getByTestId('sign-out').click();
  await page.getByTestId('sign-in-name').fill(name);
  await page.getByTestId('sign-in').click();
  await page.getByTestId('my-name').filter({ hasText: name }).waitFor();
}
