import type { Page } from 'playwright-core';
import { apiPerson, apiRoom, idOf } from '../tests/e2e/lib/api.js';
import { launchBrowser, openPerson, type Person } from '../tests/e2e/lib/browser.js';
import { startSystem, temporaryDir } from '../tests/e2e/lib/system.js';
import type { Outcome, Run } from './lib/bench.js';
import { type Figure, median, table } from './lib/figures.js';

const MESSAGES = 10_000;
const RUNS = 3;
const TYPED = 'The quick brown fox jumps over the lazy dog, and then it does so again.';

/** The web app with a long room: a production build on the embedded database, in Chromium. */
export async function web({ say, processes }: Run): Promise<Outcome> {
  // What it starts ends by itself when this process is gone.
  const end = () => process.exit(1);
  processes.stopping.addEventListener('abort', end, { once: true });
  const figures = await webFigures(say);
  processes.stopping.removeEventListener('abort', end);
  return { table: table(figures), result: { figures }, broken: [] };
}

async function webFigures(say: (progress: string) => void): Promise<Figure[]> {
  using data = temporaryDir();
  say('building and starting server and web app');
  await using system = await startSystem(data.path, { RATE_LIMIT_FACTOR: '100000' }, { build: true });
  const browser = await launchBrowser();
  try {
    const reader = await openPerson(browser, system.webUrl, 'Rita Reader');
    // tsx names functions by a helper that the browser does not have.
    await reader.page.addInitScript('globalThis.__name = (named) => named');
    const roomId = await fill(system.serverUrl, say);
    return await measure(reader, `${system.webUrl}/?room=${roomId}`, say);
  } finally {
    await browser.close();
  }
}

async function fill(serverUrl: string, say: (progress: string) => void): Promise<number> {
  const writer = await apiPerson(serverUrl, 'Will Writer');
  const roomId = await apiRoom(writer, 'Long history', [await idOf(writer, 'Rita Reader')]);
  let next = 0;
  const post = async () => {
    while (next < MESSAGES) {
      const n = next++;
      if (n % 2_000 === 0) say(`writing ${MESSAGES} messages: ${n}`);
      await writer.post(roomId, `Message ${n}: ${'some words of text '.repeat(n % 12)}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, post));
  return roomId;
}

async function measure({ page }: Person, url: string, say: (progress: string) => void) {
  const opening: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    say(`opening the room: run ${run + 1} of ${RUNS}`);
    opening.push(await openingMs(page, url));
  }
  say('scrolling through all of it');
  const { mounted, loaded } = await scrollBack(page);
  say('typing');
  const typing = await longTasksWhileTyping(page);
  return [
    figure('opening a room of 10,000 messages: load event to the newest message shown', median(opening), 'ms', 1_000),
    figure(`rows mounted at most while scrolling back through ${loaded} messages`, mounted, '', 60),
    figure('longest task while typing 70 characters', typing.longestMs, 'ms', 50),
  ];
}

const figure = (what: string, value: number, unit: string, below: number): Figure => ({
  what,
  value,
  unit,
  target: `< ${below} ${unit}`.trim(),
  met: value < below,
});

async function openingMs(page: Page, url: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(url, { waitUntil: 'load' });
  // The last message in sight and the composer ready: from then on one can read and write.
  return page.evaluate(
    (last) =>
      new Promise<number>((resolve) => {
        const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
        const check = () => {
          const shown = [...document.querySelectorAll('[data-testid=message-content]')].some((element) =>
            element.textContent?.startsWith(last),
          );
          if (shown && document.querySelector('[data-testid=composer]')) {
            requestAnimationFrame(() => resolve(performance.now() - (navigation?.loadEventEnd ?? 0)));
          } else requestAnimationFrame(check);
        };
        check();
      }),
    `Message ${MESSAGES - 1}`,
  );
}

/** Scrolls to the beginning, page by page. */
async function scrollBack(page: Page): Promise<{ mounted: number; loaded: number }> {
  const log = page.getByTestId('messages');
  let mounted = 0;
  const deadline = Date.now() + 240_000;
  const isAtStart = () => page.getByText('Message 0:').count();
  while (!(await isAtStart()) && Date.now() < deadline) {
    await log.evaluate((element) => element.scrollTo({ top: 0 }));
    await page.waitForTimeout(20);
    mounted = Math.max(mounted, await page.getByTestId('message').count());
  }
  return { mounted, loaded: (await isAtStart()) ? MESSAGES : Number.NaN };
}

async function longTasksWhileTyping(page: Page): Promise<{ longestMs: number }> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
  });
  const tasksSoFar = () => page.evaluate(() => (window as unknown as { tasks: number[] }).tasks.splice(0));
  // A task that is long for sure: without a report of it, no report would mean nothing.
  await page.evaluate(() =>
    setTimeout(() => {
      for (const end = performance.now() + 100; performance.now() < end; );
    }),
  );
  await page.waitForTimeout(1_000);
  if ((await tasksSoFar()).length === 0) throw new Error('The browser does not report long tasks');
  await page.getByTestId('composer').pressSequentially(TYPED, { delay: 30 });
  await page.waitForTimeout(1_000);
  const tasks = await tasksSoFar();
  // Tasks under 50 ms are not reported.
  return { longestMs: Math.max(0, ...tasks) };
}
