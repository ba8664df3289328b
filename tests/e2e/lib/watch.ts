import type { BrowserContext } from 'playwright-core';
import { suspicious } from './suspicious.js';

/** What happened in a browser that must not happen; empty as long as all is well. */
export interface Harm {
  /** Code of somebody else has run: dialogs it opened, pages it opened, marks it left. */
  readonly ran: string[];
  /** Addresses asked for that are neither the app's nor the chat server's. */
  readonly requests: string[];
  /** What the Content-Security-Policy had to stop: a second line, that nothing should get to. */
  readonly violations: string[];
  /** Elements and attributes that the app does not render. */
  readonly elements: string[];
}

export interface Watch {
  readonly harm: Harm;
  /** Looks at all pages as they are now: for elements, and for a mark left in the global scope. */
  look(): Promise<void>;
}

/** Watches all pages of a context from now on. `mark` is the global variable that foreign code sets. */
export async function watch(context: BrowserContext, allowed: readonly string[], mark: string): Promise<Watch> {
  const harm: Harm = { ran: [], requests: [], violations: [], elements: [] };
  context.on('dialog', (dialog) => {
    harm.ran.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.protocol !== 'blob:' && !allowed.includes(url.origin))
      harm.requests.push(url.href);
  });
  context.on('page', (page) => {
    if (context.pages().length > 1) harm.ran.push(`page ${page.url()}`);
    page.on('websocket', (socket) => {
      const origin = new URL(socket.url()).origin.replace(/^ws/, 'http');
      if (!allowed.includes(origin)) harm.requests.push(socket.url());
    });
  });
  await context.exposeFunction('reportViolation', (report: string) => harm.violations.push(report));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
      const { reportViolation } = globalThis as unknown as { reportViolation(report: string): void };
      reportViolation(`${effectiveDirective} ${blockedURI} ${sample}`.trim());
    });
  });
  return {
    harm,
    async look() {
      for (const page of context.pages()) {
        harm.elements.push(...(await page.evaluate(suspicious)));
        const marked = await Promise.all(
          page.frames().map((frame) => frame.evaluate((name) => name in globalThis, mark)),
        );
        if (marked.includes(true)) harm.ran.push(`mark on ${page.url()}`);
      }
    },
  };
}
