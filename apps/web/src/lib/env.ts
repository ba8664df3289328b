/**
 * The only reader of `process.env` in the web app, on the server. Names are looked up by a variable because Next
 * freezes a literal `process.env.NEXT_PUBLIC_X` at build time, and these are to be read when the app runs.
 */
const read = (name: string): string | undefined => process.env[name]?.trim() || undefined;

/** Where the browser finds the chat server; throws a message naming the variable when it is not an http(s) URL. */
export function serverUrl(): string {
  const name = ['NEXT_PUBLIC_SOCKET_URL', 'NEXT_PUBLIC_URL'].find(read);
  if (!name) return `http://localhost:${read('SOCKET_IO_PORT') ?? '3001'}`;
  const value = read(name) ?? '';
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) throw new Error(`${name} must be an http(s) URL`);
  return value.replace(/\/+$/, '');
}

/** What tokens are signed with, as the chat server verifies them. */
export interface SigningKey {
  secret: string;
  issuer?: string | undefined;
  audience?: string | undefined;
}

/**
 * How people sign in by name, without a password: not at all; with tokens of the chat server's own sign-in, which it
 * has outside production only (`dev` is what `pnpm start` and `pnpm dev` pass on then); or with tokens made here.
 */
export type DemoLogin = { mode: 'off' } | { mode: 'dev'; url: string } | ({ mode: 'on' } & SigningKey);

/** Throws a message naming the variable when one does not fit. */
export function demoLogin(): DemoLogin {
  const mode = read('WEB_DEMO_LOGIN') ?? 'off';
  if (mode === 'off') return { mode };
  if (mode === 'dev') return { mode, url: `http://127.0.0.1:${read('SOCKET_IO_PORT') ?? '3001'}` };
  if (mode !== 'on') throw new Error(`WEB_DEMO_LOGIN must be "on" or unset, not "${mode}"`);
  // Neither trimmed nor otherwise touched: the chat server takes it as it is.
  const secret = process.env[SECRET] ?? '';
  if (Buffer.byteLength(secret) < 32) {
    throw new Error(`${SECRET} must be the chat server's, of at least 32 bytes, for WEB_DEMO_LOGIN=on`);
  }
  return { mode, secret, issuer: process.env[ISSUER] || undefined, audience: process.env[AUDIENCE] || undefined };
}

const SECRET = 'AUTH_JWT_SECRET';
const ISSUER = 'AUTH_JWT_ISSUER';
const AUDIENCE = 'AUTH_JWT_AUDIENCE';

/** Whether this is `next dev`: known when the app is built, so that no variable turns it on in a built one. */
export const development = process.env.NODE_ENV === 'development';
