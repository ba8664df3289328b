import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchBrowser } from './lib/browser.js';
import { type Block, titledBlocks } from './lib/markdown.js';
import { newNextApp, writeFiles } from './lib/new-next-app.js';
import { freePort, runNode, serverMain, shell, temporaryDir } from './lib/system.js';

const root = join(import.meta.dirname, '../..');
const blocks = titledBlocks(readFileSync(join(root, 'docs/add-chat-to-nextjs.md'), 'utf8'));

const isCommand = ({ title }: Block) => title.startsWith('in ');
const commandsOf = (title: string) => blocks.filter((block) => block.title === title).map(({ code }) => code.trim());

async function signIn(browser: Browser, url: string, id: number, name: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${url}/sign-in?id=${id}&name=${name}`);
  await page.goto(`${url}/chat`);
  return page;
}

test('the page adds chat to a new Next.js app: what is said by one is read by the other', async () => {
  using folder = temporaryDir();
  using data = temporaryDir();
  const [chatPort, appPort] = [String(await freePort()), String(await freePort())];
  const appUrl = `http://localhost:${appPort}`;

  // The page's own files and values, but for the port and where the app is.
  const files = Object.fromEntries(blocks.filter((block) => !isCommand(block)).map(({ title, code }) => [title, code]));
  files['.env.local'] = (files['.env.local'] ?? '').replace('3001', chatPort);
  writeFiles(folder.path, { ...newNextApp(), ...files });
  const [start = '', pack = ''] = commandsOf('in the chat repository');
  const AUTH_JWT_SECRET = /AUTH_JWT_SECRET=(\S+)/.exec(start)?.[1];

  await using server = runNode([serverMain], {
    ...{ AUTH_JWT_SECRET, DATA_DIR: data.path, SOCKET_IO_PORT: chatPort, SOCKET_IO_CORS_ORIGIN: appUrl },
  });
  await shell(pack.replace('../my-app', folder.path), root);
  await shell(commandsOf('in your app').join('\n'), folder.path);
  await shell('npm run build', folder.path);
  await server.printed('listening');
  const next = join(folder.path, 'node_modules/next/dist/bin/next');
  await using app = runNode([next, 'start', folder.path, '-p', appPort], { NEXT_TELEMETRY_DISABLED: '1' });
  await app.printed('Ready');

  await using browser = await launchBrowser();
  const ann = await signIn(browser, appUrl, 1, 'Ann');
  const ben = await signIn(browser, appUrl, 2, 'Ben');

  await ann.getByPlaceholder('User id').fill('2');
  await ann.getByPlaceholder('User id').press('Enter');
  await ann.getByPlaceholder('Message').fill('Hello Ben');
  await ann.getByPlaceholder('Message').press('Enter');
  await ann.getByText(/^Ann: Hello Ben\s*$/).waitFor();

  await ben.getByRole('link', { name: 'Ann (1)' }).click();
  await ben.getByText('Ann: Hello Ben').waitFor();
  await ben.getByPlaceholder('Message').fill('Hello Ann');
  await ben.getByPlaceholder('Message').press('Enter');
  await ann.getByText(/^Ben: Hello Ann\s*$/).waitFor();
  expect(app.output.stderr).toBe('');
}, 600_000);

test('the README shows what the page shows', () => {
  const shown = titledBlocks(readFileSync(join(root, 'README.md'), 'utf8'));
  expect(shown.length).toBeGreaterThan(0);
  for (const block of shown) expect(blocks).toContainEqual(block);
});
