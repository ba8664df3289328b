import { operations } from '@dream-studio/contracts';

const COOKIE = 'dream-studio.name';
const DAYS_30_S = 30 * 24 * 60 * 60;

interface Jar {
  get(name: string): { value: string } | undefined;
}

/** The chat server's own rule for names. */
const input = operations['dev.login'].input;

/** The name as it may be signed in with, trimmed; null when it is not one line of 1 to 80 characters. */
export const parseDemoName = (body: unknown): string | null => input.safeParse(body).data?.name ?? null;

/**
 * Who signed in by name. The cookie is not signed: signing in asks for no more than a name, so there is nothing to
 * gain by making one up. It is checked like the form's input.
 */
export const readDemoName = (jar: Jar): string | null => parseDemoName({ name: jar.get(COOKIE)?.value });

/** Out of the reach of scripts, and not sent along with requests that other sites make. */
export const demoCookie = (name: string | null, secure: boolean) => ({
  name: COOKIE,
  value: name ?? '',
  httpOnly: true,
  sameSite: 'lax' as const,
  secure,
  path: '/',
  maxAge: name === null ? 0 : DAYS_30_S,
});
