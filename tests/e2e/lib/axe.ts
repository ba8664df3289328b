import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Frame, Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Asks that a page's landmarks have names of their own: what is in a frame is a page for itself. */
const ONE_PAGE_RULE = 'landmark-unique';

/** What axe-core finds wrong with the page and its frames as they are now, as lines for a person. */
export async function axeViolations(page: Page): Promise<string[]> {
  const frames = page.frames();
  // Evaluated, not added as a script: the page's own Content-Security-Policy has no say in that.
  for (const frame of frames) await frame.evaluate(source);
  const found = await runAxe(page.mainFrame(), { rules: { [ONE_PAGE_RULE]: { enabled: false } } });
  for (const frame of frames) found.push(...(await runAxe(frame, { runOnly: [ONE_PAGE_RULE], iframes: false })));
  return found;
}

async function runAxe(frame: Frame, options: RunOptions): Promise<string[]> {
  const { violations } = await frame.evaluate(
    (given) => (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(given),
    options,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`),
  );
}
