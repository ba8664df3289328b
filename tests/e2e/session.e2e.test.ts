import { SignJWT } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPerson } from './lib/browser.js';
import { freePort, type Run, runWeb, type System, startSystem, temporaryDir } from './lib/system.js';

/** Signing in with tokens made by the web app, in production; the server's own sign-in by name is in chat.e2e. */
const auth = { AUTH_JWT_SECRET: 'a secret of the tests, long enough'.padEnd(40, '.'), AUTH_JWT_ISSUER: 'tests' };

let data: ReturnType<typeof temporaryDir>;
let system: System;
let browser: Browser;

beforeAll(async () => {
  data = temporaryDir();
  const webPort = String(await freePort());
  system = await startSystem(data.path, {
    ...auth,
    NODE_ENV: 'production',
    WEB_DEMO_LOGIN: 'on',
    WEB_PORT: webPort,
    SOCKET_IO_CORS_ORIGIN: `http://localhost:${webPort}`,
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
  data?.[Symbol.dispose]();
});

const api = (path: string, init?: RequestInit) => fetch(new URL(path, system.webUrl), init);
const signIn = (body: string, headers: Record<string, string> = { origin: system.webUrl }) =>
  api('/api/session', { method: 'POST', headers, body });
const form = (page: Page) => page.getByTestId('sign-in-name');
const myName = (page: Page) => page.getByTestId('my-name');

describe('a session', () => {
  test('survives a reload, which does not show the form on its way', async () => {
    const { page, errors } = await openPerson(browser, system.webUrl, 'Ann Lee');
    await page.context().addInitScript(() => {
      const look = () => {
        if (document.querySelector('[data-testid=sign-in-name]')) document.documentElement.dataset.formSeen = 'yes';
      };
      new MutationObserver(look).observe(document, { childList: true, subtree: true });
    });
    await page.reload();
    await page.getByText('Online', { exact: true }).waitFor();
    expect(await myName(page).textContent()).toBe('Ann Lee');
    expect(await page.locator('html').getAttribute('data-form-seen')).toBeNull();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('ends and begins in all tabs of a browser at once', async () => {
    const { page, newTab } = await openPerson(browser, system.webUrl, 'Ann');
    const other = await newTab();
    await page.getByTestId('account-menu').click();
    await page.getByTestId('sign-out').click();
    await Promise.all([form(page).waitFor(), form(other).waitFor()]);
    expect(await page.context().cookies()).toEqual([]);
    await form(other).fill('Bob');
    await form(other).press('Enter');
    await Promise.all([page, other].map((tab) => myName(tab).filter({ hasText: 'Bob' }).waitFor()));
    await page.context().close();
  });

  test('is kept where scripts and other sites do not reach it', async () => {
    const { page } = await openPerson(browser, system.webUrl, 'Ann');
    const [cookie, ...others] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', secure: false });
    expect(others).toEqual([]);
    await page.context().close();
    const overTls = { origin: system.webUrl, 'x-forwarded-proto': 'https' };
    expect((await signIn('{"name":"Ann"}', overTls)).headers.get('set-cookie')).toMatch(/; Secure/);
  });

  test('does not begin by a bad name, and the form says why', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(system.webUrl);
    await form(page).fill('   ');
    await page.getByTestId('sign-in').click();
    await page.getByRole('alert').filter({ hasText: 'A name is one line of 1 to 80 characters' }).waitFor();
    await context.close();
    for (const body of [
      JSON.stringify({ name: 'x'.repeat(81) }),
      '{"name":"a\\nb"}',
      '{"name":5}',
      '{}',
      'null',
      'x',
    ]) {
      const answer = await signIn(body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: 'BAD_INPUT' } });
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  });

  test('cannot be begun or ended by another site', async () => {
    for (const origin of ['https://evil.example', 'null', system.serverUrl, `${system.webUrl}.evil.example`, '']) {
      expect((await signIn('{"name":"Ann"}', { origin })).status).toBe(403);
      expect((await api('/api/session', { method: 'DELETE', headers: { origin } })).status).toBe(403);
    }
    expect((await signIn('{"name":"Ann"}', {})).status).toBe(403);
  });
});

describe('tokens', () => {
  test('are only for who is signed in, and never cached', async () => {
    const answer = await api('/api/chat-token');
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const forged = await api('/api/chat-token', { headers: { cookie: 'dream-studio.name=%0A' } });
    expect(forged.status).toBe(401);
  });

  test('are renewed as they run out, on the connection that is there', async () => {
    const { page } = await openPerson(browser, system.webUrl, 'Ann');
    await page.getByText('Online', { exact: true }).waitFor();
    const sent: string[] = [];
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(String(payload))));
    await firstTokenEnds(page);
    await page.reload();
    await expect
      .poll(() => sent.filter((frame) => frame.includes('"auth:refresh"')), { timeout: 30_000 })
      .not.toEqual([]);
    await page.getByText('Online', { exact: true }).waitFor();
    expect(sent.filter((frame) => frame.startsWith('40'))).toHaveLength(1);
    await page.context().close();
  });

  test('of somebody who signed in since make the page theirs', async () => {
    const { page } = await openPerson(browser, system.webUrl, 'Ann');
    await firstTokenEnds(page);
    await page.reload();
    await page.getByText('Online', { exact: true }).waitFor();
    const signIn = { headers: { origin: system.webUrl }, data: { name: 'Eve' } };
    await page.context().request.post(`${system.webUrl}/api/session`, signIn);
    await myName(page).filter({ hasText: 'Eve' }).waitFor();
    await page.context().close();
  });

  test('that are not to be had end the session, and the page says so', async () => {
    const { page } = await openPerson(browser, system.webUrl, 'Ann');
    const error = { code: 'UNAUTHENTICATED', message: 'You are signed out', retryable: false };
    await page.route('**/api/chat-token', (route) => route.fulfill({ status: 401, json: { error } }));
    await page.reload();
    await page.getByRole('status').filter({ hasText: 'Your session has ended' }).waitFor();
    await form(page).waitFor();
    await page.context().close();
  });

  /** The next token that the page gets, and that one alone, is good for two seconds. */
  async function firstTokenEnds(page: Page): Promise<void> {
    await page.route(
      '**/api/chat-token',
      async (route) => {
        const response = await route.fetch();
        const { userId } = (await response.json()) as { userId: number };
        const token = await new SignJWT({ name: 'Ann' })
          .setProtectedHeader({ alg: 'HS256' })
          .setSubject(String(userId))
          .setIssuer(auth.AUTH_JWT_ISSUER)
          .setExpirationTime('2s')
          .sign(new TextEncoder().encode(auth.AUTH_JWT_SECRET));
        await route.fulfill({ json: { token, userId } });
      },
      { times: 1 },
    );
  }
});

describe('the Content-Security-Policy', () => {
  const policyOf = async (path: string) => {
    const header = (await api(path)).headers.get('content-security-policy') ?? '';
    return new Map(header.split('; ').map((directive) => [directive.split(' ', 1)[0], directive] as const));
  };

  test('lets scripts run by the nonce of one request alone', async () => {
    const policy = await policyOf('/');
    expect(policy.get('script-src')).toMatch(/^script-src 'self' 'nonce-[\w+/]{22}==' 'strict-dynamic'$/);
    expect((await policyOf('/')).get('script-src')).not.toBe(policy.get('script-src'));
    expect(policy.get('connect-src')).toBe(
      `connect-src 'self' ${system.serverUrl} ${system.serverUrl.replace('http', 'ws')}`,
    );
    for (const name of ['object-src', 'base-uri', 'frame-ancestors', 'frame-src']) {
      expect(policy.get(name)).toBe(`${name} 'none'`);
    }
    const { headers } = await api('/');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('permissions-policy')).toContain('camera=()');
    // A page that is not there has scripts, too.
    const missing = await (await api('/nowhere')).text();
    expect(missing.match(/<script(?![^>]* nonce=")/g)).toBeNull();
  });

  test('is not in the way of the app, and in that of an injected handler', async () => {
    const context = await browser.newContext();
    const reports = await watchViolations(context);
    const page = await context.newPage();
    await page.goto(system.webUrl);
    await form(page).fill('Ann');
    await page.getByTestId('sign-in').click();
    await page.getByTestId('create-room').click();
    await page.getByTestId('room-name').fill('Policy');
    await page.getByTestId('create-room-submit').click();
    await page.getByTestId('composer').fill('Hello');
    await page.getByTestId('composer').press('Enter');
    await page.getByTestId('message').filter({ hasText: 'Hello' }).waitFor();
    expect(reports).toEqual([]);

    await page.evaluate(() => {
      document.body.insertAdjacentHTML('beforeend', '<img src="/icon.svg" onload="document.title = \'injected\'">');
    });
    await expect.poll(() => reports).toEqual(['script-src-attr inline']);
    expect(await page.title()).not.toBe('injected');
    await context.close();
  });

  async function watchViolations(context: BrowserContext): Promise<string[]> {
    const reports: string[] = [];
    await context.exposeFunction('reportViolation', (report: string) => reports.push(report));
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
        (globalThis as unknown as { reportViolation(text: string): void }).reportViolation(
          `${effectiveDirective} ${blockedURI}`,
        );
      });
    });
    return reports;
  }
});

describe('without WEB_DEMO_LOGIN', () => {
  let web: Run & { readonly url: string };
  beforeAll(async () => {
    web = await runWeb(auth);
  });
  afterAll(() => web?.[Symbol.asyncDispose]());

  test('the page says that one signs in through the host app, and there is no other way', async () => {
    const html = await (await fetch(web.url)).text();
    expect(html).toContain('getChatToken');
    expect(html).not.toContain('sign-in-name');
    for (const method of ['POST', 'DELETE']) {
      const body = method === 'POST' ? '{"name":"Ann"}' : null;
      expect((await fetch(`${web.url}/api/session`, { method, body, headers: { origin: web.url } })).status).toBe(404);
    }
    const forged = await fetch(`${web.url}/api/chat-token`, { headers: { cookie: 'dream-studio.name=Ann' } });
    expect(forged.status).toBe(401);
  });
});

test.each([
  ['AUTH_JWT_SECRET', { WEB_DEMO_LOGIN: 'on' }],
  ['AUTH_JWT_SECRET', { WEB_DEMO_LOGIN: 'on', AUTH_JWT_SECRET: 'short' }],
  ['WEB_DEMO_LOGIN', { WEB_DEMO_LOGIN: 'yes' }],
  ['NEXT_PUBLIC_SOCKET_URL', { NEXT_PUBLIC_SOCKET_URL: 'ftp://chat.example' }],
])('a bad %s stops the start of the web app with one line that names it: %o', async (variable, env) => {
  await using run = await runWeb(env, { mayEnd: true });
  expect(await run.ended).toBe(1);
  expect(run.output.stderr.trim()).toMatch(new RegExp(`^${variable} must be .*$`));
});
