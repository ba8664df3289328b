import { expect, test, vi } from 'vitest';
import { createChatClient } from './client.js';
import { isChatError } from './errors.js';
import { fakeFetch, fakeToken } from './test/fakes.js';

const url = 'http://chat.test';
const token = fakeToken(5);
const error = (status: number, body: unknown) => Response.json(body, { status });
const unauthenticated = () =>
  error(401, { error: { code: 'UNAUTHENTICATED', message: 'A valid token is required', retryable: false } });

test('what the path does not take goes into the body of a POST', async () => {
  const { fetch, seen } = fakeFetch(() => Response.json({ id: 1 }, { status: 201 }));
  const chat = createChatClient({ url, token, fetch });
  expect(await chat.messages.create({ roomId: 3, content: 'hi' })).toEqual({ id: 1 });
  expect(seen).toEqual([
    {
      method: 'POST',
      url: `${url}/shared/chat/rooms/3/messages`,
      authorization: `Bearer ${token}`,
      body: { content: 'hi' },
    },
  ]);
});

test('what the path does not take goes into the query of a GET, lists as repeated keys', async () => {
  const { fetch, seen } = fakeFetch(() => Response.json({}));
  const chat = createChatClient({ url, token, fetch });
  await chat.presence.list({ roomId: 3, userIds: [1, 2] });
  await chat.users.search({ q: 'a&b=ü', limit: undefined });
  expect(seen.map((request) => request.url)).toEqual([
    `${url}/shared/chat/rooms/3/presence?userIds=1&userIds=2`,
    `${url}/shared/chat/users?q=a%26b%3D%C3%BC`,
  ]);
});

test('path parameters are encoded', async () => {
  const { fetch, seen } = fakeFetch(() => Response.json({}));
  const chat = createChatClient({ url, token, fetch });
  await chat.rooms.get({ roomId: '../../dev/login?' as unknown as number });
  expect(seen[0]?.url).toBe(`${url}/shared/chat/rooms/..%2F..%2Fdev%2Flogin%3F`);
});

test('a call without a value its path needs is refused before it is sent', async () => {
  const { fetch, seen } = fakeFetch(() => Response.json({}));
  const chat = createChatClient({ url, token, fetch });
  const call = chat.rooms.get({} as { roomId: number });
  await expect(call).rejects.toMatchObject({ code: 'BAD_INPUT', retryable: false });
  expect(seen).toEqual([]);
});

test('an anonymous operation needs and sends no token', async () => {
  const { fetch, seen } = fakeFetch(() => Response.json({}));
  const getToken = vi.fn();
  await createChatClient({ url, getToken, fetch }).dev.login({ name: 'Ann' });
  expect(seen[0]?.authorization).toBeNull();
  expect(getToken).not.toHaveBeenCalled();
});

test("the server's error body becomes a ChatError", async () => {
  const body = { code: 'RATE_LIMITED', message: 'Too many requests', retryable: true, retryAfterMs: 1500 };
  const { fetch } = fakeFetch(() => error(429, { error: body }));
  const failure = await createChatClient({ url, token, fetch })
    .rooms.list({})
    .catch((reason: unknown) => reason);
  expect(isChatError(failure, 'RATE_LIMITED')).toBe(true);
  expect(failure).toMatchObject(body);
});

test.each([
  ['a dead network', () => Promise.reject(new TypeError('fetch failed'))],
  ["a proxy's page", () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
  ['a foreign error', () => error(404, { error: 'nope' })],
  ['a success that is no JSON', () => new Response('ok')],
])('%s is UNAVAILABLE and may be tried again', async (_, answer) => {
  const { fetch } = fakeFetch(answer);
  await expect(createChatClient({ url, token, fetch }).rooms.list({})).rejects.toMatchObject({
    name: 'ChatError',
    code: 'UNAVAILABLE',
    retryable: true,
  });
});

test('no answer in time, from the server or from getToken, is UNAVAILABLE', async () => {
  const never = () => new Promise<never>(() => undefined);
  const unavailable = { code: 'UNAVAILABLE', retryable: true };
  const slowServer = createChatClient({ url, token, fetch: never });
  await expect(slowServer.rooms.list({}, { timeoutMs: 5 })).rejects.toMatchObject(unavailable);
  const slowToken = createChatClient({ url, getToken: never, fetch: fakeFetch(() => Response.json({})).fetch });
  await expect(slowToken.rooms.list({}, { timeoutMs: 5 })).rejects.toMatchObject(unavailable);
});

test('an aborted call rejects with the reason', async () => {
  const chat = createChatClient({ url, token, fetch: () => new Promise<never>(() => undefined) });
  const aborting = new AbortController();
  const call = chat.rooms.list({}, { signal: aborting.signal });
  aborting.abort(new Error('unmounted'));
  await expect(call).rejects.toThrow('unmounted');
});

test('a refused token is renewed once', async () => {
  const [first, second] = [fakeToken(5, { n: 1 }), fakeToken(5, { n: 2 })];
  const { fetch, seen } = fakeFetch(({ authorization }) =>
    authorization === `Bearer ${second}` ? Response.json({ id: 5 }) : unauthenticated(),
  );
  const getToken = vi.fn(() => second).mockReturnValueOnce(first);
  expect(await createChatClient({ url, getToken, fetch }).users.me({})).toEqual({ id: 5 });
  expect(seen.map((request) => request.authorization)).toEqual([`Bearer ${first}`, `Bearer ${second}`]);
});

test('a token that stays refused fails the call', async () => {
  const { fetch, seen } = fakeFetch(unauthenticated);
  const chat = createChatClient({ url, getToken: () => fakeToken(5), fetch });
  await expect(chat.users.me({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(seen).toHaveLength(2);
});
