import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './lib/axe.js';
import { launchBrowser, openPerson, screenshot } from './lib/browser.js';
import { robot } from './lib/robot.js';
import { type System, startSystem, temporaryDir } from './lib/system.js';

/** Each view, in both themes and sizes, is without a finding of axe. Pictures of all of them, where they are wanted. */
let data: ReturnType<typeof temporaryDir>;
let system: System;
let browser: Browser;

const ANN = 'Ann Smith';
const LONG_NAME = 'A room with a name that is as long as names of rooms may be, and then a little bit';
const OTHERS = ['Bob Miller', 'Cem Aydın', 'Dora Lindqvist', 'Eve Okafor', 'Finn Ó Briain', 'Grace Hopper'];
const GUESTS = [...OTHERS, 'Hugo', 'Ines Pereira', 'Jun Ito', 'Kofi Mensah', 'Lea Winter', 'Max Power', 'Noor Haddad'];

beforeAll(async () => {
  data = temporaryDir();
  system = await startSystem(data.path, { RATE_LIMIT_FACTOR: '100' });
  browser = await launchBrowser();
  await fill();
});

afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
  data?.[Symbol.dispose]();
});

/** Rooms of all kinds for Ann. */
async function fill(): Promise<void> {
  const ann = await robot(system.serverUrl, ANN);
  const others = await Promise.all(GUESTS.map((name) => robot(system.serverUrl, name)));
  const [bob, cem, dora] = others as [(typeof others)[0], (typeof others)[0], (typeof others)[0]];
  const memberIds = others.map(({ id }) => id);
  const archive = await ann.chat.rooms.create({ name: 'Summer party 2025', memberIds: [bob.id] });
  await ann.chat.rooms.archive({ roomId: archive.id });
  const long = await bob.chat.rooms.create({ name: LONG_NAME.slice(0, 80), memberIds: [ann.id] });
  await bob.chat.messages.create({ roomId: long.id, content: 'word '.repeat(100) });
  await ann.chat.rooms.create({ name: 'Reading list', memberIds: [cem.id] });
  const direct = await cem.chat.rooms.direct({ userId: ann.id });
  await cem.chat.messages.create({ roomId: direct.id, content: 'Did you see the **new palette**? `#f2a65a`' });
  const group = await ann.chat.rooms.create({ name: 'Design review', memberIds });
  await ann.chat.members.setRole({ roomId: group.id, userId: dora.id, role: 'ADMIN' });
  for (const [who, content] of [
    [bob, 'The new landing page is up. Thoughts?'],
    [ann, 'The apricot works well, the plum could be a little deeper.'],
    [dora, 'Agreed. And the header wants more air.'],
    [bob, 'Both done. Ship it?'],
  ] as const) {
    await who.chat.messages.create({ roomId: group.id, content });
  }
}

const open = async (page: Page, name: string) => {
  await page.getByTestId('room-item').filter({ hasText: name }).click();
  await page.getByTestId('room-title').filter({ hasText: name }).waitFor();
  await page.getByTestId('message').first().waitFor();
};

/** What is looked at, one after the other: each begins where the list of rooms is in sight. */
const VIEWS: Record<string, (page: Page) => Promise<void>> = {
  list: async (page) => page.getByTestId('room-item').first().waitFor(),
  conversation: (page) => open(page, 'Design review'),
  archived: async (page) => {
    await page.getByTestId('room-item').filter({ hasText: 'Summer party' }).click();
    await page.getByTestId('archived-note').waitFor();
  },
  members: async (page) => {
    await open(page, 'Design review');
    if (!(await page.getByTestId('members-panel').isVisible())) await page.getByTestId('open-members').click();
    await page.getByTestId('member').filter({ hasText: 'Last seen' }).or(page.getByTestId('member')).first().waitFor();
  },
  'room menu': async (page) => {
    await open(page, 'Design review');
    await page.getByTestId('room-menu').click();
    await page.getByRole('menu').waitFor();
  },
  leave: async (page) => {
    await open(page, 'Design review');
    await page.getByTestId('room-menu').click();
    await page.getByRole('menuitem', { name: 'Leave' }).click();
    await page.getByRole('dialog').waitFor();
  },
  'create room': async (page) => {
    await page.getByTestId('create-room').click();
    await page.getByTestId('person-search').fill('o');
    await page.getByTestId('person-option').first().click();
    await page.getByTestId('person-search').fill('i');
    await page.getByTestId('person-option').first().waitFor();
  },
  search: async (page) => {
    await page.getByTestId('room-search').fill('e');
    await page.getByTestId('person-result').first().waitFor();
  },
  'search without result': async (page) => {
    await page.getByTestId('room-search').fill('zzz');
    await page.getByText('Nothing found').waitFor();
  },
  account: async (page) => {
    await page.getByTestId('account-menu').click();
    await page.getByRole('menu').waitFor();
  },
  'not a member': async (page) => {
    await page.goto(`${system.webUrl}/?room=123456789`);
    await page.getByTestId('room-gone').waitFor();
  },
};

const SIZES: Record<'desktop' | 'phone', BrowserContextOptions> = {
  desktop: { viewport: { width: 1360, height: 850 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};

/** Each size and each theme, but not all four: what a theme breaks, it breaks on every screen. */
describe.each([
  ['desktop', 'light'],
  ['phone', 'dark'],
] as const)('on a %s in %s', (size, colorScheme) => {
  const context = (): BrowserContextOptions => ({ ...SIZES[size], colorScheme, reducedMotion: 'reduce' });
  const picture = (page: Page, view: string) => screenshot(page, `${view.replaceAll(' ', '-')}-${size}-${colorScheme}`);

  test('sign-in', async () => {
    const page = await browser.newPage(context());
    await page.goto(system.webUrl);
    await page.getByTestId('sign-in-name').waitFor();
    await picture(page, 'sign-in');
    expect(await axeViolations(page)).toEqual([]);
    await page.close();
  });

  test('nothing yet', async () => {
    const { page, close } = await openPerson(browser, system.webUrl, `Newcomer ${size} ${colorScheme}`, context());
    await page.getByText('It is quiet here').waitFor();
    await picture(page, 'empty');
    expect(await axeViolations(page)).toEqual([]);
    await close();
  });

  test('each view', async () => {
    const { page, errors, close } = await openPerson(browser, system.webUrl, ANN, context());
    const found: Record<string, string[]> = {};
    for (const [view, show] of Object.entries(VIEWS)) {
      await page.goto(system.webUrl);
      await page.getByTestId('room-item').first().waitFor();
      await show(page);
      await picture(page, view);
      found[view] = await axeViolations(page);
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(VIEWS).map((view) => [view, []])));
    // The room of others is refused, which the browser reports.
    expect(errors.filter((text) => !text.includes('403 (Forbidden)'))).toEqual([]);
    await close();
  });
});
