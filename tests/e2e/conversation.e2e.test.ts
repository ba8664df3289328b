import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiPerson, apiPerson, apiRoom, idOf } from './lib/api.js';
import { launchBrowser, openPerson, type Person, screenshot } from './lib/browser.js';
import { type System, startSystem, temporaryDir } from './lib/system.js';

const LONG = 1_000;

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 780 },
  isMobile: true,
  hasTouch: true,
  colorScheme: 'dark',
};
const SIZES = [
  { size: 'desktop', name: 'Ann Smith', options: { viewport: { width: 1280, height: 800 } } },
  { size: 'phone', name: 'Ada King', options: PHONE },
] satisfies { size: string; name: string; options: BrowserContextOptions }[];

let data: ReturnType<typeof temporaryDir>;
let system: System;
let browser: Browser;
let bob: ApiPerson;
let longRoom: number;

beforeAll(async () => {
  data = temporaryDir();
  system = await startSystem(data.path, { RATE_LIMIT_FACTOR: '1000' });
  browser = await launchBrowser();
  bob = await apiPerson(system.serverUrl, 'Bob Miller');
  longRoom = await apiRoom(bob, 'Long history', []);
  for (let n = 1; n <= LONG; n++) await bob.post(longRoom, `number ${n} ${'and more words '.repeat((n * 7) % 12)}`);
});

afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
  data?.[Symbol.dispose]();
});

const message = (page: Page, text: string) => page.getByTestId('message').filter({ hasText: text });
const log = (page: Page) => page.getByTestId('messages');
const fromEnd = (page: Page) => log(page).evaluate((area) => area.scrollHeight - area.clientHeight - area.scrollTop);
const atEnd = (page: Page) => expect.poll(() => fromEnd(page), { timeout: 20_000 }).toBeLessThan(3);

async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
}

/** Shows a room; on a phone, from wherever one is. */
async function open(page: Page, name: string): Promise<void> {
  const item = page.getByTestId('room-item').filter({ hasText: name });
  if (!(await item.isVisible())) await showList(page);
  await item.click();
  await page.getByTestId('room-title').filter({ hasText: name }).waitFor();
}

/** On a phone a room covers it. */
async function showList(page: Page): Promise<void> {
  const back = page.getByRole('button', { name: 'Back to conversations' });
  if (await back.isVisible()) await back.click();
}

/** What can be done with a message, by pointer or by its menu. */
async function act(target: Locator, action: 'copy' | 'edit' | 'delete', phone: boolean): Promise<void> {
  if (!phone) {
    await target.hover();
    return target.getByTestId(`${action}-message`).click();
  }
  await target.getByTestId('message-menu').click();
  await target
    .page()
    .getByRole('menuitem', { name: new RegExp(action, 'i') })
    .click();
}

describe.each(SIZES)('$size', ({ size, name, options }) => {
  const phone = size === 'phone';
  let ann: Person;
  let page: Page;
  let room: number;
  const roomName = `Design ${size}`;

  beforeAll(async () => {
    ann = await openPerson(browser, system.webUrl, name, {
      ...options,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page = ann.page;
    const annId = await idOf(bob, name);
    await bob.call('POST', `/rooms/${longRoom}/members`, { userIds: [annId] });
    room = await apiRoom(bob, roomName, [annId]);
  });

  afterAll(async () => {
    await page?.context().close();
  });

  test('a long room opens at its newest message, with few rows mounted', async () => {
    await open(page, 'Long history');
    await message(page, `number ${LONG} `).waitFor();
    await atEnd(page);
    expect(await page.getByTestId('message').count()).toBeLessThan(60);
  });

  test('older messages come in front without moving what is being read', async () => {
    for (let load = 0; load < 3; load++) {
      const { moved, compared } = await log(page).evaluate(scrollUpAndWatch);
      expect(compared).toBeGreaterThan(3);
      expect(moved).toBeLessThanOrEqual(2);
    }
    expect(await page.getByTestId('message').count()).toBeLessThan(60);
  });

  test('what one says is shown, wherever one was reading', async () => {
    await page.getByTestId('to-end').waitFor();
    await say(page, `said on ${size}`);
    await message(page, `said on ${size}`).waitFor();
    await atEnd(page);
    expect(await page.getByTestId('composer').inputValue()).toBe('');
  });

  test('new messages show at the end; elsewhere they are counted', async () => {
    await bob.post(longRoom, `news for ${size}`);
    await message(page, `news for ${size}`).waitFor();
    await atEnd(page);
    await log(page).evaluate((area) => area.scrollBy(0, -area.clientHeight * 2));
    await page.getByTestId('to-end').waitFor();
    for (const n of [1, 2, 3]) await bob.post(longRoom, `later ${n} for ${size}`);
    await page.getByTestId('to-end').filter({ hasText: '3 new' }).waitFor();
    expect(await fromEnd(page)).toBeGreaterThan(100);
    await screenshot(page, `conversation-jump-${size}`);
    await page.getByTestId('to-end').click();
    await message(page, `later 3 for ${size}`).waitFor();
    await atEnd(page);
  });

  test('a line stands before what came since the room was last seen', async () => {
    await bob.post(room, 'Seen before');
    await open(page, roomName);
    await message(page, 'Seen before').waitFor();
    // Until the server knows: a page that starts anew has it from there.
    const marked = async () => {
      await page.reload();
      await message(page, 'Seen before').waitFor();
      return page.getByTestId('unread-mark').count();
    };
    await expect.poll(marked, { timeout: 60_000, interval: 500 }).toBe(0);
    await open(page, 'Long history');
    for (let n = 1; n <= 30; n++) await bob.post(room, `unseen ${n}`);
    // The list is told at most once a second: opened before, the room does not know yet what is new.
    await showList(page);
    const line = page.getByTestId('room-item').filter({ hasText: roomName });
    await line.getByTestId('unread-count').filter({ hasText: '30' }).waitFor();
    await open(page, roomName);
    await page.getByTestId('unread-mark').waitFor();
    const mark = await page.getByTestId('unread-mark').boundingBox();
    const first = await message(page, 'unseen 1').first().boundingBox();
    expect(first?.y).toBeGreaterThan(mark?.y ?? Infinity);
    expect((first?.y ?? 0) - (mark?.y ?? 0)).toBeLessThan(80);
    await screenshot(page, `conversation-unread-${size}`);
    await page.getByTestId('to-end').filter({ hasText: '30 new' }).click();
    await message(page, 'unseen 30').waitFor();
    await page.getByTestId('to-unread').click();
    await message(page, 'Seen before').waitFor();
    await page.getByTestId('to-end').click();
    await atEnd(page);
  });

  test('a draft survives another room and a reload', async () => {
    await page.getByTestId('composer').fill('half a thought');
    await open(page, 'Long history');
    expect(await page.getByTestId('composer').inputValue()).toBe('');
    await open(page, roomName);
    expect(await page.getByTestId('composer').inputValue()).toBe('half a thought');
    await page.reload();
    await page.getByTestId('composer').waitFor();
    expect(await page.getByTestId('composer').inputValue()).toBe('half a thought');
    await page.getByTestId('composer').fill('');
  });

  test('an emoji goes in where the caret is, by keyboard alone', async () => {
    await page.getByTestId('composer').fill('ab');
    await page.getByTestId('composer').press('ArrowLeft');
    await page.getByTestId('open-emoji').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('emoji-search').fill('party popper');
    await page.getByRole('gridcell', { name: 'Party popper' }).waitFor();
    await screenshot(page, `conversation-emoji-${size}`);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('composer').inputValue()).toBe('a🎉b');
    expect(await page.getByTestId('composer').evaluate((field) => field === document.activeElement)).toBe(true);
    await page.getByTestId('composer').fill('');
  });

  test('Markdown shows as text with marks, links lead out, HTML is text', async () => {
    await bob.post(
      room,
      '**Bold** and [a link](https://example.com/x) and <b>no tag</b> and [not](javascript:alert(1))',
    );
    const shown = message(page, 'Bold');
    await shown.waitFor();
    expect(await shown.locator('strong').textContent()).toBe('Bold');
    const link = shown.getByRole('link');
    expect(await link.count()).toBe(1);
    expect(await link.getAttribute('href')).toBe('https://example.com/x');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    expect(await shown.textContent()).toContain('<b>no tag</b>');
    await bob.post(room, 'The notes', { type: 'FILE', fileUrl: 'https://files.example.com/a/Design%20notes.pdf' });
    await message(page, 'Design notes.pdf').waitFor();
    await bob.post(
      room,
      '```\nconst answer = await chat.messages.create({ roomId, content: "a line that is long" });\n```',
    );
    await bob.post(room, 'w'.repeat(300));
    await message(page, 'www').waitFor();
    await atEnd(page);
    await screenshot(page, `conversation-markdown-${size}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });

  test('an edit in place: Escape leaves it, Enter saves it', async () => {
    await say(page, 'Teh first try');
    const mine = page.getByTestId('message').filter({ has: page.getByTestId('message-editor') });
    await message(page, 'Teh first try').waitFor();
    await expect.poll(() => message(page, 'Teh first').getAttribute('data-status')).toBe('sent');
    if (phone) await act(message(page, 'Teh first'), 'edit', true);
    else await page.getByTestId('composer').press('ArrowUp');
    await mine.getByTestId('message-editor').fill('nonsense');
    await mine.getByTestId('message-editor').press('Escape');
    await message(page, 'Teh first try').waitFor();
    await act(message(page, 'Teh first'), 'edit', phone);
    await mine.getByTestId('message-editor').fill('The first try');
    await screenshot(page, `conversation-edit-${size}`);
    await mine.getByTestId('message-editor').press('Enter');
    await message(page, 'The first try').filter({ hasText: 'edited' }).waitFor();
    if (!phone) expect(await focused(page)).toBe('composer');
  });

  test('a deletion can be undone; one that is not takes effect', async () => {
    await say(page, 'Keep this');
    await say(page, 'Drop this');
    await expect.poll(() => message(page, 'Drop this').getAttribute('data-status')).toBe('sent');
    await act(message(page, 'Keep this'), 'delete', phone);
    await page.getByTestId('toast').filter({ hasText: 'Message deleted' }).waitFor();
    expect(await message(page, 'Keep this').count()).toBe(0);
    await screenshot(page, `conversation-undo-${size}`);
    await page.getByTestId('toast-action').click();
    await message(page, 'Keep this').waitFor();
    await act(message(page, 'Drop this'), 'delete', phone);
    // Leaving the page carries it out.
    await page.reload();
    await message(page, 'Keep this').waitFor();
    await page.getByTestId('message-deleted').waitFor();
    expect(await message(page, 'Drop this').count()).toBe(0);
    await expect
      .poll(async () => JSON.stringify(await bob.call('GET', `/rooms/${room}/messages`)))
      .not.toContain('Drop this');
  });

  test('a text can be copied', async () => {
    await act(message(page, 'Keep this'), 'copy', phone);
    await page.getByTestId('toast').filter({ hasText: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('Keep this');
  });

  test('a refused message says why, and can be sent again or discarded', async () => {
    await say(page, 'a bell \u0007 rings');
    const failed = page.getByTestId('send-failed');
    await failed.waitFor();
    expect(await failed.textContent()).toContain('control characters');
    await screenshot(page, `conversation-failed-${size}`);
    await page.getByTestId('retry-message').click();
    await failed.waitFor();
    await page.getByTestId('discard-message').click();
    await expect.poll(() => message(page, 'a bell').count()).toBe(0);
  });

  test('without a connection a message waits, and goes out when there is one', async () => {
    await page.context().setOffline(true);
    await say(page, 'Sent from a tunnel');
    await page.getByTestId('send-waiting').filter({ hasText: 'Waiting for connection' }).waitFor();
    await screenshot(page, `conversation-offline-${size}`);
    await page.context().setOffline(false);
    await expect
      .poll(() => message(page, 'Sent from a tunnel').getAttribute('data-status'), { timeout: 30_000 })
      .toBe('sent');
  });

  test('the list is a labelled log that the keyboard can read', async () => {
    const area = page.getByRole('log', { name: `Messages in ${roomName}` });
    await area.focus();
    await page.keyboard.press('Home');
    await message(page, 'Seen before').waitFor();
    await page.keyboard.press('End');
    await atEnd(page);
    await bob.post(room, 'Read me out');
    await expect.poll(() => page.getByTestId('announcer').textContent()).toBe('Bob Miller: Read me out');
  });

  test('typing shows, and ends with the message', async () => {
    const other = await openPerson(browser, system.webUrl, 'Bob Miller', options);
    await open(other.page, roomName);
    await other.page.getByTestId('composer').pressSequentially('on my w');
    await page.getByTestId('typing-line').filter({ hasText: 'Bob Miller is typing' }).waitFor();
    await screenshot(page, `conversation-typing-${size}`);
    await other.page.getByTestId('composer').press('Enter');
    await message(page, 'on my w').waitFor();
    await expect.poll(() => page.getByTestId('typing-line').textContent(), { timeout: 20_000 }).toBe('');
    expect(other.errors).toEqual([]);
    await other.page.context().close();
  });

  test('no page reported an error', () => {
    expect(ann.errors.filter((error) => !error.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
  });
});

describe('with the real limits', () => {
  beforeAll(async () => {
    await system[Symbol.asyncDispose]();
    system = await startSystem(data.path, { ...system.env, RATE_LIMIT_FACTOR: '1' });
  });

  test.each(SIZES)('the composer says that messages wait, and for how long ($size)', async ({ size, options }) => {
    const dora = await openPerson(browser, system.webUrl, `Dora ${size}`, options);
    const bob = await apiPerson(system.serverUrl, 'Bob Miller');
    await apiRoom(bob, `Fast ${size}`, [await idOf(bob, `Dora ${size}`)]);
    await open(dora.page, `Fast ${size}`);
    for (let n = 1; n <= 12; n++) await say(dora.page, `quick ${n}`);
    const notice = dora.page.getByTestId('limit-notice');
    await notice.filter({ hasText: /Your 2 messages go out in \d+ s/ }).waitFor();
    await screenshot(dora.page, `conversation-limit-${size}`);
    const seconds = async () => Number(/in (\d+) s/.exec((await notice.textContent()) ?? '')?.[1]);
    const before = await seconds();
    await expect.poll(seconds).toBeLessThan(before);
    expect(await dora.page.locator('[data-testid=message][data-status=queued]').count()).toBe(2);
    await dora.page.context().close();
  });
});

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));

/**
 * In the page: scrolls to the start, waits for the older messages and tells how far what was in sight before has moved.
 */
async function scrollUpAndWatch(area: Element): Promise<{ moved: number; compared: number }> {
  const frame = () => new Promise(requestAnimationFrame);
  const places = () => {
    const { top, bottom } = area.getBoundingClientRect();
    const shown = [...area.querySelectorAll<HTMLElement>('[data-message-id]')]
      .map((row) => [row.dataset.messageId as string, row.getBoundingClientRect().top] as const)
      .filter(([, at]) => at >= top && at < bottom);
    return new Map(shown);
  };
  const firstShown = () => Math.min(...[...places().keys()].map(Number));
  area.scrollTop = 0;
  await frame();
  const start = firstShown();
  let before = places();
  const deadline = Date.now() + 20_000;
  // Loaded once there is something above what was the start.
  while (area.scrollTop < 500 && Date.now() < deadline) {
    before = places();
    await frame();
  }
  for (let n = 0; n < 5; n++) await frame();
  const after = places();
  const moves = [...before].flatMap(([id, at]) => (after.has(id) ? [Math.abs((after.get(id) as number) - at)] : []));
  return { moved: Math.max(...moves), compared: start > 1 ? moves.length : 0 };
}
