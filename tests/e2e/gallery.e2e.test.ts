import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeViolations } from './lib/axe.js';
import { launchBrowser, screenshot } from './lib/browser.js';
import { freePort, type Run, runNode, startSystem, temporaryDir } from './lib/system.js';

/** The gallery: each example comes into its state without an error, and without a finding of axe in the page or a frame. */
let dev: Run;
let url: string;
let browser: Browser;

beforeAll(async () => {
  const port = String(await freePort());
  url = `http://localhost:${port}/gallery`;
  const next = 'apps/web/node_modules/next/dist/bin/next';
  dev = runNode([next, 'dev', 'apps/web', '-p', port], { NEXT_TELEMETRY_DISABLED: '1' });
  await dev.printed('Ready');
  browser = await launchBrowser();
  expect((await fetch(url)).status).toBe(200); // Compiled, before anybody waits for it.
});

afterAll(async () => {
  await browser?.close();
  await dev?.[Symbol.asyncDispose]();
});

const SIZES: Record<'desktop' | 'phone', BrowserContextOptions> = {
  desktop: { viewport: { width: 1360, height: 850 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
const SECTIONS = ['primitives', 'sign-in', 'rooms', 'conversation', 'sending', 'members', 'connection'];

/** Each size and each theme, but not all four: a page of a hundred frames takes its time. */
test.each([
  ['desktop', 'light'],
  ['phone', 'dark'],
] as const)('each example, on a %s in %s', async (size, colorScheme) => {
  const { page, errors } = await open({ ...SIZES[size], colorScheme, reducedMotion: 'reduce' });
  expect(await page.getByTestId('section').evaluateAll((all) => all.map(({ id }) => id))).toEqual(SECTIONS);
  await allReady(page);
  expect(await page.evaluate(() => scrollY)).toBe(0); // No example has taken the focus.
  await pictures(page, `${size}-${colorScheme}`);
  expect(await axeViolations(page)).toEqual([]);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('what opens over the page, and the theme', async () => {
  const { page, errors } = await open({ colorScheme: 'light', reducedMotion: 'reduce' });
  const primitives = page.locator('#primitives');
  await primitives.getByRole('button', { name: 'Confirm and fail' }).click();
  await page.getByTestId('confirm').click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await screenshot(page, 'gallery-confirm');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();

  await primitives.getByRole('button', { name: 'With an action' }).click();
  await primitives.getByRole('button', { name: 'Error' }).click();
  await expect.poll(() => page.getByTestId('toast').count()).toBe(2);

  await page.getByTestId('theme').click();
  await page.getByTestId('choice-dark').click();
  const background = (frame: Page | ReturnType<Page['frames']>[number]) =>
    frame.evaluate(() => document.documentElement.dataset.theme);
  await expect.poll(async () => new Set(await Promise.all(page.frames().map(background)))).toEqual(new Set(['dark']));
  await screenshot(page, 'gallery-toasts-menu');
  expect(errors).toEqual([]);
  await page.context().close();
});

const built = resolve(import.meta.dirname, '../../apps/web/.next');

/** The text of all files of a build's folder. */
const textOf = (folder: string): string =>
  readdirSync(join(built, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(js|json)$/.test(entry.name))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
    .join('\n');

test('is in no build for production, nor is what it brings along', async () => {
  using data = temporaryDir();
  await using system = await startSystem(data.path);
  expect((await fetch(`${system.webUrl}/gallery`)).status).toBe(404);
  const [browserCode, serverCode] = [textOf('static'), textOf('server')];
  // What is there is found.
  expect(browserCode).toContain('Pick a name to start talking');
  expect(serverCode).toContain('api/chat-token');
  // The address of the double, a text of the gallery, and a name that all of zod's schemas have.
  for (const code of [browserCode, serverCode]) expect(code).not.toMatch(/chat\.test|Markdown of each kind/);
  expect(browserCode).not.toContain('_zod');
});

async function open(options: BrowserContextOptions): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage(options);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url, { timeout: 120_000 });
  await page.getByTestId('section').first().waitFor({ timeout: 120_000 });
  return { page, errors };
}

/** The examples that are not in their state yet, by name; none in the end. */
const allReady = (page: Page): Promise<void> =>
  expect
    .poll(
      () =>
        page
          .locator('[data-testid=example][data-ready=false]')
          .evaluateAll((all) => all.map((example) => example.getAttribute('data-example'))),
      { timeout: 120_000 },
    )
    .toEqual([]);

/** One of each section, where they are wanted; as high as it is, for what is out of sight is not painted. */
async function pictures(page: Page, name: string): Promise<void> {
  const size = page.viewportSize();
  if (!process.env.E2E_SCREENSHOTS || !size) return;
  for (const id of SECTIONS) {
    const section = page.locator(`#${id}`);
    const height = await section.evaluate((element) => (element as HTMLElement).offsetHeight);
    await page.setViewportSize({ ...size, height: Math.min(height + 150, 8_000) });
    await section.evaluate((element) => element.scrollIntoView());
    await screenshot(page, `gallery-${id}-${name}`);
  }
  await page.setViewportSize(size);
}
