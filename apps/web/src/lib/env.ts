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
