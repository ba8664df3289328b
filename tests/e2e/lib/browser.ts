import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findOrInstall, chromium as program } from '../../../scripts/lib/programs.js';

/** Chromium without a display, without the sandbox that root cannot have, and without calls of its own to the network. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findOrInstall(program),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
    ],
  });

/** A person in a browser of their own: own cookies, own storage. Errors of the page end the test that looks at them. */
export interface Person {
  readonly page: Page;
  readonly errors: string[];
  /** Another tab of the same browser. */
  newTab(): Promise<Page>;
  /** Closes all tabs. */
  close(): Promise<void>;
}

export async function openPerson(
  browser: Browser,
  url: string,
  name: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(30_000);
  const errors: string[] = [];
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByTestId('sign-in-name').fill(name);
  await page.getByTestId('sign-in').click();
  await page.getByTestId('my-name').waitFor();
  const newTab = async () => {
    const tab = await context.newPage();
    await tab.goto(url);
    await tab.getByTestId('my-name').waitFor();
    return tab;
  };
  return { page, errors, newTab, close: () => context.close() };
}

/** Keeps a picture of the page where `E2E_SCREENSHOTS` names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.E2E_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(resolve(folder), { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
