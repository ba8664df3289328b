import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPerson, type Person, screenshot } from './lib/browser.js';
import { type System, startSystem, temporaryDir } from './lib/system.js';

/** Two people in two browsers, on what `pnpm start` runs. The steps follow one another in one room. */
let data: ReturnType<typeof temporaryDir>;
let system: System;
let browser: Browser;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  data = temporaryDir();
  system = await startSystem(data.path);
  browser = await launchBrowser();
  bob = await openPerson(browser, system.webUrl, 'Bob Miller');
  ann = await openPerson(browser, system.webUrl, 'Ann Smith');
});

afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
  data?.[Symbol.dispose]();
});

const message = (page: Page, text: string) => page.getByTestId('message').filter({ hasText: text });
const contents = (page: Page) => page.getByTestId('message-content').allInnerTexts();

async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
}

test('a new room with an invited person appears in their list', async () => {
  const { page } = ann;
  await page.getByTestId('create-room').click();
  await page.getByTestId('room-name').fill('Design review');
  await page.getByTestId('person-search').fill('bob');
  await page.getByTestId('person-option').filter({ hasText: 'Bob Miller' }).click();
  await page.getByTestId('create-room-submit').click();
  await page.getByTestId('room-title').filter({ hasText: 'Design review' }).waitFor();
  await bob.page.getByTestId('room-item').filter({ hasText: 'Design review' }).click();
  await bob.page.getByTestId('composer').waitFor();
});

test('a message shows on the other side', async () => {
  await say(ann.page, 'Hello Bob, shall we look at the new page?');
  await message(bob.page, 'Hello Bob').waitFor();
  await say(bob.page, 'Sure, give me a minute.');
  await message(ann.page, 'Sure, give me').waitFor();
  expect(await contents(ann.page)).toEqual(await contents(bob.page));
});

test('typing shows on the other side, and ends', async () => {
  await bob.page.getByTestId('composer').pressSequentially('One more th');
  await ann.page.getByTestId('typing-line').filter({ hasText: 'Bob' }).waitFor();
  await screenshot(ann.page, 'chat');
  await bob.page.getByTestId('composer').fill('');
  await expect.poll(() => ann.page.getByTestId('typing-line').textContent(), { timeout: 20_000 }).not.toContain('Bob');
});

test('an edit shows in place', async () => {
  await message(bob.page, 'Sure, give me').hover();
  await message(bob.page, 'Sure, give me').getByTestId('edit-message').click();
  await bob.page.getByTestId('message-editor').fill('Sure, give me five minutes.');
  await bob.page.getByTestId('save-edit').click();
  await message(ann.page, 'five minutes').waitFor();
  await message(ann.page, 'edited').waitFor();
});

test('a deleted message leaves a tombstone', async () => {
  await say(bob.page, 'Wrong window, sorry');
  await message(ann.page, 'Wrong window').waitFor();
  await message(bob.page, 'Wrong window').hover();
  await message(bob.page, 'Wrong window').getByTestId('delete-message').click();
  await bob.page.getByTestId('toast-action').filter({ hasText: 'Undo' }).waitFor();
  await ann.page.getByTestId('message-deleted').waitFor();
  await expect.poll(() => message(ann.page, 'Wrong window').count()).toBe(0);
});

test('a person stays online while one of two tabs closes, and goes offline after the last', async () => {
  const online = () => ann.page.getByTestId('online-count').textContent();
  await expect.poll(online, { timeout: 20_000 }).toContain('2 online');
  const second = await bob.newTab();
  await bob.page.close();
  // Longer than the grace period: had the closed tab counted, he would be offline now.
  await ann.page.waitForTimeout(7_000);
  expect(await online()).toContain('2 online');
  await second.close();
  await expect.poll(online, { timeout: 20_000 }).toContain('1 online');
});

test('a reload keeps the person signed in, and the history', async () => {
  const before = await contents(ann.page);
  await ann.page.reload();
  await ann.page.getByTestId('room-item').filter({ hasText: 'Design review' }).click();
  await message(ann.page, 'Hello Bob').waitFor();
  await expect.poll(() => contents(ann.page), { timeout: 20_000 }).toEqual(before);
});

test('no page reported an error', () => {
  expect([...ann.errors, ...bob.errors]).toEqual([]);
});
