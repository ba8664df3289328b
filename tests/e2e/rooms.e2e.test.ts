import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Apart, startApart } from './lib/apart.js';
import { launchBrowser, openPerson, type Person, screenshot } from './lib/browser.js';
import { type Robot, robot } from './lib/robot.js';
import { temporaryDir } from './lib/system.js';

/** Rooms, people and who is there, live between two browsers. The steps follow one another. */
const WAIT = { timeout: 30_000 };
let data: ReturnType<typeof temporaryDir>;
let apart: Apart;
let browser: Browser;

beforeAll(async () => {
  data = temporaryDir();
  apart = await startApart(data.path);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await apart?.[Symbol.asyncDispose]();
  data?.[Symbol.dispose]();
});

const item = (page: Page, name: string) => page.getByTestId('room-item').filter({ hasText: name });
const badge = (page: Page, name: string) => item(page, name).getByTestId('unread-count');
const title = (page: Page, name: string) => page.getByTestId('room-title').filter({ hasText: name });
const toast = (page: Page, text: string) => page.getByTestId('toast').filter({ hasText: text });
const confirm = (page: Page) => page.getByTestId('confirm').click();
const toList = (page: Page) => page.goto(apart.webUrl).then(() => page.getByTestId('my-name').waitFor());

async function choose(page: Page, menu: 'room-menu' | 'account-menu', name: string): Promise<void> {
  await page.getByTestId(menu).click();
  await page.getByRole('menuitem', { name }).click();
}

/** On a wide screen the list is beside the room, on a phone it is one step back. */
async function back(page: Page): Promise<void> {
  const button = page.getByTestId('back');
  if (await button.isVisible()) await button.click();
}

async function open(page: Page, name: string): Promise<void> {
  await back(page);
  await item(page, name).click();
  await title(page, name).waitFor();
}

async function memberAction(page: Page, member: string, action: string): Promise<void> {
  await showMembers(page);
  await page.getByTestId('member').filter({ hasText: member }).getByTestId('member-menu').click();
  await page.getByRole('menuitem', { name: action }).click();
}

async function showMembers(page: Page): Promise<void> {
  const shown = await page.getByTestId('open-members').getAttribute('aria-expanded');
  if (shown === 'false') await page.getByTestId('open-members').click();
  await page.getByTestId('member').first().waitFor();
}

async function hideMembers(page: Page): Promise<void> {
  if (await page.getByTestId('members-dialog').isVisible()) await page.keyboard.press('Escape');
}

const SIZES: Record<string, BrowserContextOptions> = {
  desktop: { viewport: { width: 1360, height: 850 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};

describe.each(Object.entries(SIZES))('on a %s', (size, options) => {
  const ANN = `Ann ${size}`;
  const BOB = `Bob ${size}`;
  const CEM = `Cem ${size}`;
  let plans = `Plans ${size}`;
  let ann: Person;
  let bob: Person;
  let cem: Robot;
  let plansId: number;

  beforeAll(async () => {
    cem = await robot(apart.serverUrl, CEM);
    bob = await openPerson(browser, apart.webUrl, BOB, { ...options, reducedMotion: 'reduce' });
    ann = await openPerson(browser, apart.webUrl, ANN, { ...options, reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await ann?.close();
    await bob?.close();
  });

  test('a room made with an invited person is in their list at once, and they are told', async () => {
    const { page } = ann;
    await page.getByTestId('create-room').click();
    await page.getByTestId('room-name').fill(plans);
    await page.getByTestId('person-search').fill(BOB.toUpperCase());
    await page.getByTestId('person-option').filter({ hasText: BOB }).click();
    await page.getByTestId('create-room-submit').click();
    await title(page, plans).waitFor();
    await toast(bob.page, `added to ${plans}`).waitFor();
    await item(bob.page, plans).waitFor();
    plansId = Number(await item(bob.page, plans).getAttribute('data-room-id'));
  });

  test('someone is invited later, and is in the list of members', async () => {
    const { page } = ann;
    await choose(page, 'room-menu', 'Invite people');
    await page.getByTestId('person-search').fill(CEM);
    await page.getByTestId('person-option').filter({ hasText: CEM }).click();
    await page.getByTestId('invite-submit').click();
    await expect.poll(() => page.getByTestId('member-count').textContent(), WAIT).toBe('3 members');
    await showMembers(page);
    await page.getByTestId('member').filter({ hasText: CEM }).waitFor();
    await hideMembers(page);
  });

  test('messages of a room that is not open are counted, in the list and in the title', async () => {
    await cem.chat.messages.create({ roomId: plansId, content: 'One' });
    await cem.chat.messages.create({ roomId: plansId, content: 'Two' });
    await expect.poll(() => badge(bob.page, plans).textContent(), WAIT).toContain('2');
    expect(await item(bob.page, plans).getByTestId('room-preview').textContent()).toContain('Two');
    await expect.poll(() => bob.page.title(), WAIT).toMatch(/^\(2\)/);
  });

  test('opening the room clears the count', async () => {
    await open(bob.page, plans);
    await expect.poll(() => bob.page.title(), WAIT).not.toMatch(/^\(/);
    // The server is told a moment later: until then another page would not know.
    const bobs = await robot(apart.serverUrl, BOB);
    await expect.poll(async () => (await bobs.chat.rooms.get({ roomId: plansId })).unread, WAIT).toBe(0);
    await toList(bob.page);
    await item(bob.page, plans).waitFor();
    await expect.poll(() => badge(bob.page, plans).count(), WAIT).toBe(0);
  });

  test('reading in another tab clears the count here', async () => {
    const tab = await bob.newTab();
    await cem.chat.messages.create({ roomId: plansId, content: 'Three' });
    await expect.poll(() => badge(bob.page, plans).textContent(), WAIT).toContain('1');
    await open(tab, plans);
    await expect.poll(() => badge(bob.page, plans).count(), WAIT).toBe(0);
    await tab.close();
  });

  test('one search finds rooms and people; a person found becomes a direct conversation', async () => {
    const { page } = ann;
    await back(page);
    await page.keyboard.press('Control+k');
    const search = page.getByTestId('room-search');
    await expect.poll(() => search.evaluate((field) => field === document.activeElement), WAIT).toBe(true);
    await search.fill(size);
    await item(page, plans).waitFor();
    await page.getByTestId('person-result').filter({ hasText: BOB }).waitFor();
    await screenshot(page, `search-live-${size}`);
    await search.fill(BOB);
    await expect.poll(() => item(page, plans).count(), WAIT).toBe(0);
    await page.getByTestId('person-result').filter({ hasText: BOB }).waitFor();
    await search.press('ArrowDown');
    await page.keyboard.press('Enter');
    await title(page, BOB).waitFor();
    await back(page);
    await search.fill(BOB);
    await item(page, BOB).waitFor();
    await expect.poll(() => page.getByTestId('search-results').getByRole('status').textContent(), WAIT).toBe('1 found');
    expect(await page.getByTestId('person-result').count()).toBe(0);
  });

  test('Escape empties the search, and what is not found is said', async () => {
    const { page } = ann;
    const search = page.getByTestId('room-search');
    await search.fill('nothing like this');
    await page.getByText('Nothing found').waitFor();
    await search.press('Escape');
    expect(await search.inputValue()).toBe('');
    await item(page, plans).waitFor();
  });

  test('arrow keys move through the list and Enter opens', async () => {
    const { page } = ann;
    await page.getByTestId('room-search').press('ArrowDown');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-room-id'));
    const first = await page.getByTestId('room-item').nth(0).getAttribute('data-room-id');
    const second = await page.getByTestId('room-item').nth(1).getAttribute('data-room-id');
    expect(await focused()).toBe(first);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe(second);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('room'), WAIT).toBe(first);
    await page.getByTestId('room-title').waitFor();
  });

  test('the room with the last activity is on top', async () => {
    const { page } = ann;
    await back(page);
    await cem.chat.messages.create({ roomId: plansId, content: 'To the top' });
    await expect.poll(() => page.getByTestId('room-item').first().textContent(), WAIT).toContain(plans);
    const direct = await (await robot(apart.serverUrl, BOB)).chat.rooms.direct({
      userId: (await robot(apart.serverUrl, ANN)).id,
    });
    await (await robot(apart.serverUrl, BOB)).chat.messages.create({ roomId: direct.id, content: 'Psst' });
    await expect.poll(() => page.getByTestId('room-item').first().textContent(), WAIT).toContain('Psst');
  });

  test('a person has a dot while they are there', async () => {
    const dot = item(ann.page, BOB).locator('[data-online]');
    await dot.waitFor();
    await bob.page.goto('about:blank');
    await dot.waitFor({ state: 'detached' });
    await open(ann.page, BOB);
    await ann.page.getByTestId('peer-status').filter({ hasText: 'Last seen' }).waitFor();
    await toList(bob.page);
    await ann.page.getByTestId('peer-status').filter({ hasText: 'Online' }).waitFor();
  });

  test('a new name shows at once, in the list and above the open room', async () => {
    await open(ann.page, plans);
    await open(bob.page, plans);
    await choose(ann.page, 'room-menu', 'Rename');
    const renamed = `Bigger plans ${size}`;
    await ann.page.getByTestId('new-name').fill(renamed);
    await ann.page.getByTestId('rename-submit').click();
    await title(bob.page, renamed).waitFor();
    plans = renamed;
    await back(bob.page);
    await item(bob.page, plans).waitFor();
  });

  test('a new role shows at once: its bearer is told and may do more', async () => {
    await open(bob.page, plans);
    await memberAction(ann.page, BOB, 'Make admin');
    await toast(bob.page, `admin of ${plans}`).waitFor();
    await ann.page.getByTestId('member').filter({ hasText: BOB }).getByText('Admin').waitFor();
    await hideMembers(ann.page);
    await bob.page.getByTestId('room-menu').click();
    await bob.page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    expect(await bob.page.getByRole('menuitem', { name: 'Archive' }).count()).toBe(0);
    await bob.page.keyboard.press('Escape');
  });

  test('ownership is handed over after a confirmation', async () => {
    await memberAction(ann.page, BOB, 'Hand over ownership');
    await screenshot(ann.page, `hand-over-${size}`);
    await confirm(ann.page);
    await toast(bob.page, 'you own it').waitFor();
    await ann.page.getByTestId('member').filter({ hasText: BOB }).getByText('Owner').waitFor();
    await hideMembers(ann.page);
    await bob.page.getByTestId('room-menu').click();
    await bob.page.getByRole('menuitem', { name: 'Archive' }).waitFor();
    await bob.page.keyboard.press('Escape');
  });

  test('what the server refuses is said in its words', async () => {
    await choose(ann.page, 'room-menu', 'Rename');
    await ann.page.getByTestId('new-name').fill('Not any more');
    await memberAction(bob.page, ANN, 'Make member');
    await toast(ann.page, 'no longer an admin').waitFor();
    await ann.page.getByTestId('rename-submit').click();
    const said = ann.page.getByTestId('rename-dialog').getByRole('alert');
    await said.waitFor();
    const refused = await (await robot(apart.serverUrl, ANN)).chat.rooms
      .update({ roomId: plansId, name: 'Not any more' })
      .catch((error: Error) => error.message);
    expect(await said.textContent()).toBe(refused);
    await ann.page.keyboard.press('Escape');
    await hideMembers(bob.page);
  });

  test('who is removed is told, and their open room says so', async () => {
    await memberAction(bob.page, ANN, 'Remove from room');
    await confirm(bob.page);
    await ann.page.getByTestId('room-gone').filter({ hasText: plans }).waitFor();
    await toast(ann.page, `removed from ${plans}`).waitFor();
    await screenshot(ann.page, `removed-${size}`);
    await ann.page.getByRole('button', { name: 'Back to conversations' }).last().click();
    await expect.poll(() => item(ann.page, plans).count(), WAIT).toBe(0);
    await expect.poll(() => bob.page.getByTestId('member').filter({ hasText: ANN }).count(), WAIT).toBe(0);
    await hideMembers(bob.page);
  });

  test('who is invited again is back', async () => {
    await choose(bob.page, 'room-menu', 'Invite people');
    await bob.page.getByTestId('person-search').fill(ANN);
    await bob.page.getByTestId('person-option').filter({ hasText: ANN }).click();
    await bob.page.getByTestId('invite-submit').click();
    await toast(ann.page, `added to ${plans}`).getByTestId('toast-action').click();
    await title(ann.page, plans).waitFor();
    await ann.page.getByTestId('message').filter({ hasText: 'To the top' }).waitFor();
  });

  test('an owner who leaves hears whose the room becomes, and it does', async () => {
    await choose(bob.page, 'room-menu', 'Leave room');
    // Cem has been in it for longer than Ann, who came back.
    await bob.page
      .getByRole('dialog')
      .filter({ hasText: `It goes to ${CEM}` })
      .waitFor();
    await confirm(bob.page);
    await expect.poll(() => item(bob.page, plans).count(), WAIT).toBe(0);
    await showMembers(ann.page);
    await ann.page.getByTestId('member').filter({ hasText: CEM }).getByText('Owner').waitFor();
    await expect.poll(() => ann.page.getByTestId('member-count').textContent(), WAIT).toBe('2 members');
    await hideMembers(ann.page);
  });

  test('an archived room is marked, and can be read but not written', async () => {
    await ann.page.getByTestId('composer').waitFor();
    await cem.chat.rooms.archive({ roomId: plansId });
    await ann.page.getByTestId('archived-note').waitFor();
    await expect.poll(() => ann.page.getByTestId('composer').count(), WAIT).toBe(0);
    await back(ann.page);
    await item(ann.page, plans).getByTestId('archived-tag').waitFor();
  });

  test('the theme is chosen in the account menu, and kept', async () => {
    const { page } = ann;
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    await page.getByTestId('account-menu').click();
    await page.getByTestId('choice-dark').click();
    await expect.poll(scheme, WAIT).toBe('dark');
    await toList(page);
    expect(await scheme()).toBe('dark');
  });

  test('without the server the banner says so, until it is back; what was written meanwhile arrives', async () => {
    await open(ann.page, BOB);
    await open(bob.page, ANN);
    await apart.stopServer();
    await ann.page.getByTestId('connection-banner').filter({ hasText: 'Reconnecting…' }).waitFor();
    await screenshot(ann.page, `reconnecting-${size}`);
    await ann.page.getByTestId('composer').fill('Written while it was away');
    await ann.page.getByTestId('composer').press('Enter');
    await apart.startServer();
    await ann.page.locator('[data-testid=connection-banner][data-state=connected]').waitFor({ state: 'attached' });
    await expect.poll(() => ann.page.getByTestId('connection-banner').textContent(), WAIT).toBe('');
    await bob.page.getByTestId('message').filter({ hasText: 'Written while' }).waitFor();
  });

  test('no page reported an error of its own', () => {
    // A server that is away, and a refusal, are reported by the browser.
    const own = [...ann.errors, ...bob.errors].filter(
      (text) => !/Failed to load resource|WebSocket connection/.test(text),
    );
    expect(own).toEqual([]);
  });
});

describe('much of it', () => {
  test('of a thousand members only those in sight are rendered, and each is found', async () => {
    const owner = await robot(apart.serverUrl, 'Crowd owner');
    const room = await owner.chat.rooms.create({ name: 'A crowd', memberIds: [] });
    for (let first = 1; first <= 901; first += 100) {
      const userIds = Array.from({ length: 100 }, (_, index) => first + index);
      await owner.chat.members.add({ roomId: room.id, userIds });
    }
    const { page, close } = await openPerson(browser, apart.webUrl, owner.name, SIZES.desktop);
    await open(page, 'A crowd');
    await expect.poll(() => page.getByTestId('member-count').textContent(), WAIT).toBe('1,001 members');
    await showMembers(page);
    const list = page.getByLabel('List of members');
    await expect.poll(() => list.evaluate((area) => area.scrollHeight), WAIT).toBeGreaterThan(50_000);
    expect(await page.getByTestId('member').count()).toBeLessThan(40);
    await list.evaluate((area) => area.scrollTo(0, area.scrollHeight));
    // By name: the last one is "User 1000".
    await page.getByTestId('member').filter({ hasText: 'User 1000' }).waitFor();
    expect(await page.getByTestId('member').count()).toBeLessThan(40);
    await page.getByTestId('member-search').fill('user 777');
    await page.getByTestId('member').filter({ hasText: 'User 777' }).waitFor();
    await expect.poll(() => page.getByTestId('member').count(), WAIT).toBe(1);
    await close();
  });

  test('rooms beyond the first page come as the list is scrolled', async () => {
    const owner = await robot(apart.serverUrl, 'Room owner');
    for (let number = 1; number <= 105; number++)
      await owner.chat.rooms.create({ name: `Room ${number}`, memberIds: [] });
    const { page, close } = await openPerson(browser, apart.webUrl, owner.name, SIZES.desktop);
    await expect.poll(() => page.getByTestId('room-item').count(), WAIT).toBe(100);
    await page.getByTestId('more-rooms').scrollIntoViewIfNeeded();
    await expect.poll(() => page.getByTestId('room-item').count(), WAIT).toBe(105);
    expect(await page.getByTestId('more-rooms').count()).toBe(0);
    await close();
  });
});
