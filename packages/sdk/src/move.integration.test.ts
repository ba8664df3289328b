import type { Socket } from 'socket.io';
import { expect, test, vi } from 'vitest';
import { createChatClient } from './client.js';
import { fakeEntered, fakeFetch, fakeToken, startSocketServer } from './test/fakes.js';

const noHttp = fakeFetch(() => {
  throw new Error('went over HTTP');
}).fetch;

type Ack = (reply: unknown) => void;

/** A client in room 1 of a server, with the states it has been in since, and the sockets the server has seen. */
async function inRoom() {
  const server = await startSocketServer();
  const sockets: Socket[] = [];
  const entered: Socket[] = [];
  server.io.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('join_room', ({ roomId }, ack: Ack) => {
      entered.push(socket);
      ack({ ok: true, data: fakeEntered(roomId) });
    });
  });
  const chat = createChatClient({ url: server.url, token: fakeToken(5), fetch: noHttp });
  await chat.connect();
  await chat.rooms.enter({ roomId: 1 });
  const states: string[] = [];
  chat.connection.subscribe(() => states.push(chat.connection.get()));
  return {
    server,
    sockets,
    entered,
    chat,
    states,
    async [Symbol.asyncDispose]() {
      chat.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const startMove = ([socket]: Socket[], reconnectAfterMs = 0) => socket?.emit('server:draining', { reconnectAfterMs });

test('told that the server ends, a client comes back by another connection and is in its rooms; it counts as connected', async () => {
  await using world = await inRoom();
  const { sockets, entered, states } = world;
  const startedAt = performance.now();
  startMove(sockets, 300);
  await vi.waitFor(() => expect(entered).toHaveLength(2));
  expect(performance.now() - startedAt).toBeGreaterThan(290);
  expect(sockets[0]?.connected).toBe(false);
  expect(entered).toEqual(sockets);
  expect(states).toEqual([]);
});

test('calls under way are answered before it goes, calls made meanwhile wait for the other connection', async () => {
  await using world = await inRoom();
  const { sockets, chat, states, server } = world;
  const answers: Ack[] = [];
  const heard: [string, Socket | undefined][] = [];
  const listen = (socket: Socket) =>
    socket.on('message:send', ({ content }, ack: Ack) => {
      heard.push([content, socket]);
      answers.push(() => ack({ ok: true, data: { content } }));
    });
  listen(sockets[0] as Socket);
  server.io.on('connection', listen);

  const first = chat.messages.create({ roomId: 1, content: 'under way' });
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  const draining = new Promise((resolve) => chat.on('server:draining', resolve));
  startMove(sockets);
  await draining;
  await new Promise((resolve) => setTimeout(resolve));
  const second = chat.messages.create({ roomId: 1, content: 'meanwhile' });
  expect(sockets).toHaveLength(1);
  answers[0]?.(null);
  expect(await first).toEqual({ content: 'under way' });
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.(null);
  expect(await second).toEqual({ content: 'meanwhile' });
  expect(heard).toEqual([
    ['under way', sockets[0]],
    ['meanwhile', sockets[1]],
  ]);
  expect(states).toEqual([]);
});

test('who is cut before its time has come moves at once', async () => {
  await using world = await inRoom();
  const { sockets, entered, states } = world;
  startMove(sockets, 60_000);
  sockets[0]?.conn.close();
  await vi.waitFor(() => expect(entered).toHaveLength(2));
  expect(states).toEqual([]);
});

test('while nobody listens it tries again, and only a move that takes long shows', async () => {
  await using world = await inRoom();
  const { sockets, entered, states, chat, server } = world;
  const port = Number(new URL(server.url).port);
  // It accepts nobody any more.
  server.http.close();
  const startedAt = performance.now();
  startMove(sockets);
  await vi.waitFor(() => expect(sockets[0]?.connected).toBe(false));
  await server[Symbol.asyncDispose]();
  await vi.waitFor(() => expect(states).toEqual(['reconnecting']), 10_000);
  expect(performance.now() - startedAt).toBeGreaterThan(4_900);
  await using next = await startSocketServer(port);
  next.io.on('connection', (socket) => {
    socket.on('join_room', ({ roomId }, ack: Ack) => {
      entered.push(socket);
      ack({ ok: true, data: fakeEntered(roomId) });
    });
  });
  await vi.waitFor(() => expect(chat.connection.get()).toBe('connected'), 10_000);
  expect(states).toEqual(['reconnecting', 'connected']);
  expect(entered).toHaveLength(2);
  chat.close();
});

test('close() ends a move', async () => {
  await using world = await inRoom();
  const { sockets, chat, states } = world;
  const draining = new Promise((resolve) => chat.on('server:draining', resolve));
  startMove(sockets, 20);
  await draining;
  chat.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(states).toEqual(['offline']);
  expect(sockets).toHaveLength(1);
});
