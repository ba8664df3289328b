import { LIMITS, TIMES } from '@dream-studio/contracts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createChatClient } from '../index.js';
import { createTestServer, type TestServer } from './index.js';

const START = Date.UTC(2026, 0, 1);

describe('a manual clock', () => {
  let server: TestServer;
  let roomId: number;

  beforeEach(() => {
    server = createTestServer({ clock: 'manual', now: () => START, users: [{ id: 1, name: 'Ann' }] });
    roomId = server.addRoom({ members: [1, 2] }).id;
    return () => server.close();
  });

  /** What Ann heard of the others in the room, with the seconds since the start. */
  async function annListens() {
    const ann = createChatClient(server.connectAs(1));
    const heard: [string, number][] = [];
    for (const event of ['user:typing', 'user:stop_typing', 'member:left', 'user:offline', 'call:ended'] as const) {
      ann.on(event, () => heard.push([event, (server.clock.now() - START) / 1000]));
    }
    await ann.connect();
    await ann.rooms.enter({ roomId });
    return { ann, heard };
  }

  test('typing ends 6 s after the last sign of it', async () => {
    const { heard } = await annListens();
    server.call(2, 'typing.start', { roomId });
    await server.clock.advance(4_000);
    server.call(2, 'typing.start', { roomId });
    expect(server.state.typingUserIds(roomId)).toEqual([2]);
    await server.clock.advance(60_000);
    expect(heard).toEqual([
      ['user:typing', 0],
      ['user:typing', 4],
      ['user:stop_typing', 10],
    ]);
  });

  test('a connection that returns within 5 s was never gone', async () => {
    const { heard } = await annListens();
    server.call(2, 'room.enter', { roomId });
    server.setOnline(2, false);
    await server.clock.advance(TIMES.presenceGraceMs - 1);
    server.call(2, 'room.enter', { roomId });
    await server.clock.advance(60_000);
    expect(heard).toEqual([]);
    server.setOnline(2, false);
    await server.clock.advance(60_000);
    expect(heard).toEqual([
      ['member:left', 69.999],
      ['user:offline', 69.999],
    ]);
    expect(server.state.onlineUserIds).toEqual([1]);
  });

  test('every 10 s sockets hear where the rooms are that they have entered, and again what is in no log', async () => {
    const ann = createChatClient(server.connectAs(1));
    const heard: unknown[] = [];
    ann.on('room:seq', (seqs) => heard.push(seqs));
    ann.on('room:activity', ({ unread }) => heard.push(unread));
    ann.on('room:read', ({ seq }) => heard.push({ read: seq }));
    await ann.connect();
    server.call(2, 'message.create', { roomId, content: 'one' });
    await server.settled();
    expect(heard.splice(0)).toEqual([1]);
    await server.clock.advance(TIMES.beatMs);
    expect(heard.splice(0)).toEqual([1]);
    await ann.rooms.enter({ roomId });
    server.call(2, 'message.create', { roomId, content: 'two' });
    server.call(1, 'room.markRead', { roomId, seq: 2 });
    await server.clock.advance(TIMES.beatMs);
    expect(heard.splice(0)).toEqual([{ read: 2 }, { read: 2 }, { [roomId]: 2 }]);
    await server.clock.advance(TIMES.beatMs);
    expect(heard.splice(0)).toEqual([{ [roomId]: 2 }]);
  });

  test('a call nobody answers is missed after 45 s; an answered one goes on', async () => {
    const { heard } = await annListens();
    const { callId } = server.call(2, 'call.start', { roomId, callType: 'AUDIO' });
    server.call(1, 'call.answer', { callId });
    await server.clock.advance(TIMES.ringMs);
    expect(server.call(1, 'call.end', { callId }).status).toBe('ENDED');
    server.call(2, 'call.start', { roomId, callType: 'AUDIO' });
    await server.clock.advance(TIMES.ringMs);
    expect(heard).toEqual([
      ['call:ended', 45],
      ['call:ended', 90],
    ]);
    expect(server.state.calls(roomId).map(({ status }) => status)).toEqual(['ENDED', 'MISSED']);
    expect(server.state.room(roomId, 1).seq).toBe(5);
  });

  test('limits count in their windows; a repeated send gives its point back', async () => {
    const { ann } = await annListens();
    const send = (n: number) => ann.messages.create({ roomId, content: `${n}`, clientId: `c${n}` });
    const { points, windowMs } = LIMITS['message:send'];
    for (let n = 1; n < points; n++) await send(n);
    await send(1);
    await send(points);
    await server.clock.advance(1_000);
    await expect(send(points + 1)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: windowMs - 1_000 });
    expect(server.call(1, 'message.create', { roomId, content: 'by the test' }).seq).toBe(points + 1);
    await server.clock.advance(windowMs - 1_000);
    expect(await send(points + 1)).toMatchObject({ seq: points + 2 });
  });

  test('a room one has not entered tells of itself at most once a second', async () => {
    const ann = createChatClient(server.connectAs(1));
    const heard: [string | undefined, number][] = [];
    ann.on('room:activity', ({ lastMessage, unread }) => heard.push([lastMessage?.content, unread]));
    await ann.connect();
    for (const content of ['one', 'two', 'three']) server.call(2, 'message.create', { roomId, content });
    await server.settled();
    expect(heard).toEqual([['one', 1]]);
    await server.clock.advance(TIMES.roomActivityMs);
    expect(heard.at(-1)).toEqual(['three', 3]);
    await ann.rooms.markRead({ roomId, seq: 3 });
    await server.clock.advance(TIMES.roomActivityMs);
    expect(heard.at(-1)).toEqual(['three', 0]);
    expect(heard).toHaveLength(3);
  });
});

describe('a real clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: START }));
  afterEach(() => void vi.useRealTimers());

  test("is moved by the test runner's fake timers, together with the client's", async () => {
    using server = createTestServer({ users: [{ id: 1, name: 'Ann' }] });
    const { id: roomId } = server.addRoom({ members: [1, 2] });
    server.call(2, 'typing.start', { roomId });
    await vi.advanceTimersByTimeAsync(TIMES.typingMs);
    expect(server.state.typingUserIds(roomId)).toEqual([]);
    expect(server.clock.now()).toBe(START + TIMES.typingMs);
  });

  test('cannot be advanced by itself; closing leaves no timer', async () => {
    const server = createTestServer();
    await expect(server.clock.advance(1)).rejects.toThrow("clock: 'manual'");
    server.call(2, 'typing.start', { roomId: server.addRoom({ members: [2] }).id });
    server.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
