import { once } from 'node:events';
import type { Socket } from 'socket.io';
import { expect, test, vi } from 'vitest';
import { createChatClient } from './client.js';
import { fakeEntered, fakeFetch, fakeToken, refusal, startSocketServer } from './test/fakes.js';

/** Resolves when the client gets into a state. */
const reaches = (chat: ReturnType<typeof createChatClient>, state: string) =>
  new Promise<void>((resolve) => {
    if (chat.connection.get() === state) resolve();
    chat.connection.subscribe(() => chat.connection.get() === state && resolve());
  });

const noHttp = fakeFetch(() => {
  throw new Error('went over HTTP');
}).fetch;

test('creating a client and listening opens nothing', async () => {
  await using server = await startSocketServer();
  const connected = vi.fn();
  server.io.on('connection', connected);
  const chat = createChatClient({ url: server.url, token: fakeToken(5) });
  chat.on('message:new', () => undefined);
  expect(chat.connection.get()).toBe('offline');
  expect(chat.me.get()?.id).toBe(5);
  chat.close();
  expect(chat.connection.get()).toBe('offline');
  expect(connected).not.toHaveBeenCalled();
});

test.each(['/', '/chat'] as const)(
  'the handshake on %s carries token and user id; calls go over the live socket',
  async (namespace) => {
    await using server = await startSocketServer();
    const token = fakeToken(5);
    const handshakes: unknown[] = [];
    server.io.of(namespace).on('connection', (socket) => {
      handshakes.push(socket.handshake.auth);
      socket.on('message:send', (input, ack) => ack({ ok: true, data: { id: 1, ...input } }));
    });
    const chat = createChatClient({ url: server.url, token, namespace, fetch: noHttp });
    const states: string[] = [];
    chat.connection.subscribe(() => states.push(chat.connection.get()));
    await chat.connect();
    expect(await chat.messages.create({ roomId: 3, content: 'hi' })).toEqual({ id: 1, roomId: 3, content: 'hi' });
    chat.close();
    expect(handshakes).toEqual([{ token, userId: 5 }]);
    expect(states).toEqual(['connecting', 'connected', 'offline']);
  },
);

test('a failed ack is a ChatError; no ack in time, a strange one, and a lost connection are UNAVAILABLE', async () => {
  await using server = await startSocketServer();
  const body = { code: 'CONFLICT', message: 'A call is active', retryable: false, details: { callId: 9 } };
  server.io.on('connection', (socket) => {
    socket.on('call:initiated', (_, ack) => ack({ ok: false, error: body }));
    socket.on('user:typing', (_, ack) => ack('what?'));
    socket.on('leave_room', () => socket.disconnect());
  });
  const chat = createChatClient({ url: server.url, token: fakeToken(5), fetch: noHttp });
  await chat.connect();
  await expect(chat.calls.start({ roomId: 3, callType: 'AUDIO' })).rejects.toMatchObject(body);
  const unavailable = { code: 'UNAVAILABLE', retryable: true };
  await expect(chat.typing.start({ roomId: 3 })).rejects.toMatchObject(unavailable);
  await expect(chat.typing.stop({ roomId: 3 }, { timeoutMs: 20 })).rejects.toMatchObject(unavailable);
  await expect(chat.rooms.exit({ roomId: 3 })).rejects.toMatchObject(unavailable);
  chat.close();
});

test('without a live socket an operation goes over HTTP if it can, else waits for the connection', async () => {
  await using server = await startSocketServer();
  server.io.on('connection', (socket) => {
    socket.on('message:edit', (_, ack) => ack({ ok: true, data: { id: 2 } }));
    socket.on('user:typing', (_, ack) => ack({ ok: true, data: {} }));
  });
  const { fetch, seen } = fakeFetch(() => Response.json({ id: 2 }));
  const chat = createChatClient({ url: server.url, token: fakeToken(5), fetch });
  await chat.messages.edit({ roomId: 3, messageId: 2, content: 'x' });
  expect(seen).toHaveLength(1);

  await expect(chat.typing.start({ roomId: 3 }, { timeoutMs: 5 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const waiting = [chat.typing.start({ roomId: 3 }), chat.messages.edit({ messageId: 2, content: 'x' })];
  await chat.connect();
  expect(await Promise.all(waiting)).toEqual([{}, { id: 2 }]);
  expect(seen).toHaveLength(1);

  chat.close();
  await expect(chat.typing.start({ roomId: 3 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('a waiting call can be aborted', async () => {
  const chat = createChatClient({ url: 'http://127.0.0.1:9', token: fakeToken(5) });
  const aborting = new AbortController();
  const call = chat.typing.start({ roomId: 3 }, { signal: aborting.signal });
  aborting.abort(new Error('unmounted'));
  await expect(call).rejects.toThrow('unmounted');
});

test('a refused token ends it: no further attempt, waiting calls fail, connect() starts over', async () => {
  await using server = await startSocketServer();
  const handshake = vi.fn();
  let refuse = true;
  server.io.use((_, next) => {
    handshake();
    next(refuse ? refusal('UNAUTHENTICATED') : undefined);
  });
  const chat = createChatClient({ url: server.url, token: fakeToken(5) });
  const typing = chat.typing.start({ roomId: 3 }).catch((error: unknown) => error);
  await expect(chat.connect()).rejects.toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
  expect(await typing).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(chat.connection.get()).toBe('unauthorized');
  expect(handshake).toHaveBeenCalledTimes(1);
  refuse = false;
  await chat.connect();
  expect(chat.connection.get()).toBe('connected');
  chat.close();
});

test('a user who is kept out is not kept trying: no further attempt, nor another token, until connect()', async () => {
  await using server = await startSocketServer();
  const handshake = vi.fn();
  let refuse = true;
  server.io.use((_, next) => {
    handshake();
    next(refuse ? refusal('FORBIDDEN', 'You are banned') : undefined);
  });
  const getToken = vi.fn(() => fakeToken(5));
  const chat = createChatClient({ url: server.url, getToken });
  await expect(chat.connect()).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'You are banned' });
  expect(chat.connection.get()).toBe('unauthorized');
  expect([handshake.mock.calls.length, getToken.mock.calls.length]).toEqual([1, 1]);
  refuse = false;
  await chat.connect();
  expect(chat.connection.get()).toBe('connected');
  chat.close();
});

test('with getToken a refused token is renewed once, and each connect gets a fresh one', async () => {
  await using server = await startSocketServer();
  const tokens = [1, 2, 3, 4, 5].map((n) => fakeToken(5, { n }));
  const accepted = new Set([tokens[1], tokens[2]]);
  const seen: string[] = [];
  server.io.use((socket, next) => {
    seen.push(socket.handshake.auth.token);
    next(accepted.has(socket.handshake.auth.token) ? undefined : refusal('UNAUTHENTICATED'));
  });
  const left = [...tokens];
  const chat = createChatClient({ url: server.url, getToken: async () => left.shift() as string });
  await chat.connect();
  chat.close();
  await chat.connect();
  chat.close();
  await expect(chat.connect()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(seen).toEqual(tokens);
});

test('a handshake refused for another reason, and a getToken that fails, are tried again', async () => {
  await using server = await startSocketServer();
  let attempts = 0;
  server.io.use((_, next) => next(++attempts === 1 ? refusal('RATE_LIMITED', 'Too many sockets') : undefined));
  const getToken = vi.fn(() => fakeToken(5)).mockRejectedValueOnce(new Error('offline') as never);
  const chat = createChatClient({ url: server.url, getToken });
  const states: string[] = [];
  chat.connection.subscribe(() => states.push(chat.connection.get()));
  await chat.connect();
  expect(states).toEqual(['connecting', 'reconnecting', 'connected']);
  expect(attempts).toBe(2);
  chat.close();
});

test('a server that is not there yet is tried again until it is', async () => {
  const gone = await startSocketServer();
  await gone[Symbol.asyncDispose]();
  const chat = createChatClient({ url: gone.url, token: fakeToken(5) });
  void chat.connect();
  await reaches(chat, 'reconnecting');
  await using server = await startSocketServer(Number(new URL(gone.url).port));
  await chat.connect();
  expect(server.io.engine.clientsCount).toBe(1);
  chat.close();
});

test('after a lost connection listeners last, and the rooms shown are entered again before it counts as connected', async () => {
  await using server = await startSocketServer();
  const sockets: Socket[] = [];
  const entered: unknown[][] = [];
  server.io.on('connection', (socket) => {
    sockets.push(socket);
    const inputs: unknown[] = [];
    entered.push(inputs);
    socket.on('join_room', (input, ack) => {
      inputs.push(input);
      const error = { code: 'NOT_A_MEMBER', message: 'Not a member of this room', retryable: false };
      ack(
        input.roomId === 4 && sockets.length > 1 ? { ok: false, error } : { ok: true, data: fakeEntered(input.roomId) },
      );
    });
    socket.on('leave_room', (_, ack) => ack({ ok: true, data: {} }));
  });
  const chat = createChatClient({ url: server.url, token: fakeToken(5) });
  const heard: string[] = [];
  const off = chat.on('user:typing', () => heard.push('user:typing'));
  chat.on('user:stop_typing', () => heard.push('user:stop_typing'));
  await chat.connect();
  await chat.rooms.enter({ roomId: 1 });
  await chat.rooms.enter({ roomId: 2 });
  await chat.rooms.enter({ roomId: 3, keepPrevious: true });
  await chat.rooms.enter({ roomId: 4, keepPrevious: true });
  await chat.rooms.exit({ roomId: 3 });

  const reconnecting = reaches(chat, 'reconnecting');
  // By the server: Socket.IO by itself would not come back from this.
  sockets[0]?.disconnect(true);
  await reconnecting;
  await chat.connect();
  expect(entered[1]).toEqual([
    { roomId: 2, keepPrevious: true },
    { roomId: 4, keepPrevious: true },
  ]);

  const again = reaches(chat, 'reconnecting');
  sockets[1]?.conn.close();
  await again;
  await chat.connect();
  // Room 4 is not ours any more.
  expect(entered[2]).toEqual([{ roomId: 2, keepPrevious: true }]);

  const hears = (event: string) => vi.waitFor(() => expect(heard.pop()).toBe(event));
  sockets[2]?.emit('user:typing', { userId: 1, roomId: 2, timestamp: '' });
  await hears('user:typing');
  off();
  sockets[2]?.emit('user:typing', { userId: 1, roomId: 2, timestamp: '' });
  sockets[2]?.emit('user:stop_typing', { userId: 1, roomId: 2 });
  await hears('user:stop_typing');
  expect(heard).toEqual([]);
  chat.close();
});

test('an expired token is replaced on the same socket', async () => {
  await using server = await startSocketServer();
  const refresh = new Promise((resolve) => {
    server.io.on('connection', (socket) => {
      socket.on('auth:refresh', (input, ack) => {
        ack({ ok: true, data: { expiresAt: '' } });
        resolve(input);
      });
      socket.emit('auth:expired', {});
    });
  });
  const [first, second] = [fakeToken(5, { n: 1 }), fakeToken(5, { n: 2 })];
  const getToken = vi.fn(() => second).mockReturnValueOnce(first);
  const chat = createChatClient({ url: server.url, getToken });
  await chat.connect();
  expect(await refresh).toEqual({ token: second });
  chat.close();
});

test('close() during an attempt leaves nothing behind', async () => {
  await using server = await startSocketServer();
  const chat = createChatClient({ url: server.url, token: fakeToken(5) });
  const connected = chat.connect();
  chat.close();
  await expect(connected).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  // As React's StrictMode does it.
  const socket = once(server.io, 'connection');
  await chat.connect();
  await socket;
  expect(server.io.engine.clientsCount).toBe(1);
  chat.close();
});
