import { TIMES } from '@dream-studio/contracts/limits';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ChatClient, createChatClient } from '../index.js';
import { passing } from '../test/turmoil.js';
import { createTestServer, type TestServer } from '../testing/index.js';

const [ANN, BOB] = [1, 2];
let server: TestServer;
let pass: ReturnType<typeof passing>;
let chat: ChatClient;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 0, 1) });
  server = createTestServer({ limitFactor: 1_000 });
  pass = passing(server);
  chat = createChatClient(server.connectAs({ id: ANN, name: 'Ann' }));
  await chat.connect();
});
afterEach(() => {
  chat.close();
  server.close();
  vi.useRealTimers();
});

const newRoom = (count = 0, name = 'Room') => {
  const messages = Array.from({ length: count }, (_, n) => ({ from: BOB, content: `before ${n + 1}` }));
  return server.addRoom({ name, members: [BOB, ANN], messages }).id;
};
const say = (roomId: number, ...contents: string[]) => {
  for (const content of contents) server.call(BOB, 'message.create', { roomId, content });
};
const opened = async (roomId: number) => {
  const room = chat.room(roomId);
  const close = room.open();
  await pass(200);
  return { room, close };
};
const callsOf = (operation: string) => server.received.filter((call) => call.operation === operation);
const last = (roomId: number, count: number) =>
  chat
    .room(roomId)
    .get()
    .messages.slice(-count)
    .map(({ content }) => content);

describe('what the app is told', () => {
  test('comes in order and once, of rooms that are entered without being opened as well', async () => {
    const roomId = newRoom();
    const heard: string[] = [];
    chat.on('message:new', ({ content }) => heard.push(content));
    chat.on('message:edited', ({ content }) => heard.push(content));
    await chat.rooms.enter({ roomId });
    server.faults.drop('message:new');
    server.faults.duplicate('message:edited');
    const { id: messageId } = server.call(BOB, 'message.create', { roomId, content: 'one' });
    server.call(BOB, 'message.edit', { messageId, content: 'ONE' });
    say(roomId, 'two');
    await server.settled();
    expect(heard).toEqual([]);
    await pass(100);
    // The log has messages as they are now.
    expect(heard).toEqual(['ONE', 'ONE', 'two']);
  });

  test('a loss with nothing after it is found within a beat', async () => {
    const roomId = newRoom();
    await opened(roomId);
    server.faults.drop('message:new');
    say(roomId, 'lost');
    await pass(1_000);
    expect(last(roomId, 1)).toEqual([]);
    await pass(TIMES.beatMs);
    expect(last(roomId, 1)).toEqual(['lost']);
  });

  test('a removal that got lost is found within a beat, when another room is shown', async () => {
    const roomId = newRoom();
    const { room } = await opened(roomId);
    await opened(newRoom());
    server.faults.drop('member:removed');
    server.call(BOB, 'member.remove', { roomId, userId: ANN });
    await pass(1_000);
    expect(room.get().error).toBeNull();
    await pass(TIMES.beatMs);
    expect(room.get()).toMatchObject({ room: null, error: { code: 'NOT_A_MEMBER' } });
  });

  test('a removal after a loss is heard, though what was lost cannot be asked for any more', async () => {
    const roomId = newRoom();
    const { room } = await opened(roomId);
    const heard: number[] = [];
    chat.on('member:removed', ({ userId }) => heard.push(userId));
    server.faults.drop('message:new');
    say(roomId, 'lost');
    server.call(BOB, 'member.remove', { roomId, userId: ANN });
    await pass(500);
    expect(heard).toEqual([ANN]);
    expect(room.get()).toMatchObject({ room: null, error: { code: 'NOT_A_MEMBER' } });
  });
});

describe('what is read meanwhile', () => {
  test('a page that was read before an event does not undo it', async () => {
    const roomId = newRoom(2);
    const [first] = server.state.messages(roomId);
    server.faults.delay('message.list', 300);
    chat.room(roomId).open();
    await server.settled();
    server.call(BOB, 'message.edit', { messageId: first?.id as number, content: 'edited' });
    say(roomId, 'new');
    await pass(500);
    expect(last(roomId, 3)).toEqual(['edited', 'before 2', 'new']);
    expect(callsOf('message.list')).toHaveLength(1);
  });

  test('a snapshot of a room whose log is followed does not jump over what is missing', async () => {
    const roomId = newRoom();
    await opened(roomId);
    for (const read of [() => chat.roomList.load(), () => chat.rooms.get({ roomId })]) {
      server.faults.drop('call:initiated');
      const { callId } = server.call(BOB, 'call.start', { roomId, callType: 'AUDIO' });
      await read();
      await pass(TIMES.beatMs + 200);
      expect(chat.room(roomId).get().activeCall?.callId).toBe(callId);
      server.call(BOB, 'call.end', { callId });
    }
  });

  test('a room that is left before the answer to entering it is not entered with the next connection', async () => {
    // The answer to leaving it is lost, too.
    server.faults.drop('room.exit');
    chat.room(newRoom()).open()();
    await pass(500);
    const before = callsOf('room.enter').length;
    server.faults.disconnect(ANN);
    await pass(3_000);
    expect(chat.connection.get()).toBe('connected');
    expect(callsOf('room.enter')).toHaveLength(before);
  });
});

describe('after a lost connection', () => {
  test('a room that is shown lives again when its member was let in meanwhile', async () => {
    const roomId = newRoom();
    await opened(roomId);
    server.call(BOB, 'member.remove', { roomId, userId: ANN });
    await pass(500);
    server.faults.goDown();
    server.call(BOB, 'member.add', { roomId, userIds: [ANN] });
    server.faults.comeUp();
    await pass(3_000);
    say(roomId, 'back');
    await pass(500);
    expect(last(roomId, 1)).toEqual(['back']);
  });

  test('rooms are entered once each and synced together; older loaded pages are current, too', async () => {
    const roomIds = [newRoom(80), newRoom(), newRoom()];
    for (const roomId of roomIds) await opened(roomId);
    const [first, second] = roomIds as [number, number];
    await chat.room(first).loadOlder();
    const [enters, syncs, pages] = ['room.enter', 'room.sync', 'message.list'].map((name) => callsOf(name).length);
    server.faults.goDown();
    const [oldest] = server.state.messages(first);
    server.call(BOB, 'message.edit', { messageId: oldest?.id as number, content: 'Edited while away' });
    say(second, 'one', 'two');
    server.faults.comeUp();
    await pass(3_000);
    expect(chat.connection.get()).toBe('connected');
    expect(chat.room(first).get().messages[0]?.content).toBe('Edited while away');
    expect(last(second, 2)).toEqual(['one', 'two']);
    expect(callsOf('room.enter')).toHaveLength((enters as number) + 3);
    expect(callsOf('room.sync')).toHaveLength((syncs as number) + 1);
    expect(callsOf('message.list')).toHaveLength(pages as number);
  });

  test('a log that does not go on where it was is loaded anew', async () => {
    const roomId = newRoom(3);
    await opened(roomId);
    server.faults.goDown();
    server.faults.loseLog(roomId);
    say(roomId, 'after');
    server.faults.comeUp();
    await pass(3_000);
    expect(last(roomId, 1)).toEqual(['after']);
    expect(chat.room(roomId).get().room).toEqual(server.state.room(roomId, ANN));
  });

  test('one whose sync finds another log is entered and loaded anew', async () => {
    const roomId = newRoom(3);
    await opened(roomId);
    server.faults.loseLog(roomId);
    server.faults.drop('message:new');
    say(roomId, 'one', 'two');
    await pass(500);
    expect(last(roomId, 2)).toEqual(['one', 'two']);
    expect(chat.room(roomId).get().room).toEqual(server.state.room(roomId, ANN));
  });

  test('the list is as a fresh one: rooms that came, went, or were renamed, whether they had been opened or not', async () => {
    const [kept, left, closed] = [newRoom(1, 'Kept'), newRoom(1, 'Left'), newRoom(1, 'Closed')];
    await chat.roomList.load();
    (await opened(closed)).close();
    server.faults.goDown();
    server.call(BOB, 'room.update', { roomId: kept, name: 'Renamed' });
    say(kept, 'unread');
    for (const roomId of [left, closed]) server.call(BOB, 'member.remove', { roomId, userId: ANN });
    const joined = newRoom(2, 'Joined');
    server.faults.comeUp();
    await pass(3_000);
    const expected = [joined, kept].map((roomId) => server.state.room(roomId, ANN));
    expect(chat.roomList.get()).toMatchObject({ status: 'ready', hasMore: false, unread: 4 });
    expect([...chat.roomList.get().rooms].sort((a, b) => b.id - a.id)).toEqual(expected);
  });

  test('a list that was whole is whole again, however many rooms have come', async () => {
    for (let n = 0; n < 99; n++) newRoom();
    await chat.roomList.load();
    server.faults.goDown();
    for (let n = 0; n < 5; n++) newRoom();
    server.faults.comeUp();
    await pass(3_000);
    expect(chat.roomList.get()).toMatchObject({ hasMore: false });
    expect(chat.roomList.get().rooms).toHaveLength(104);
  });
});

describe('what is unread', () => {
  const unread = (roomId: number) => chat.room(roomId).get().room?.unread;

  test('is counted by the server where not all of it is loaded, and stays exact while messages come', async () => {
    const roomId = newRoom(120);
    await opened(roomId);
    expect(unread(roomId)).toBe(120);
    server.call(ANN, 'room.markRead', { roomId, seq: 20 });
    await server.settled();
    say(roomId, 'one');
    await pass(60);
    say(roomId, 'two');
    await pass(500);
    expect(unread(roomId)).toBe(102);
    // From here: the server is asked once it knows.
    chat.room(roomId).markRead(40);
    say(roomId, 'three');
    await pass(500);
    expect(unread(roomId)).toBe(83);
    expect(callsOf('room.sync')).toHaveLength(2);
  });

  test('needs no question where all of it is loaded', async () => {
    const roomId = newRoom(20);
    await opened(roomId);
    chat.room(roomId).markRead(5);
    await pass(500);
    expect(unread(roomId)).toBe(15);
    server.call(ANN, 'room.markRead', { roomId, seq: 12 });
    await pass(500);
    expect(unread(roomId)).toBe(8);
    expect(callsOf('room.sync')).toEqual([]);
  });

  test('of a room whose log is followed is not for its line to tell', async () => {
    const roomId = newRoom(3);
    await opened(roomId);
    const line = server.state.room(roomId, ANN);
    server.emit(ANN, 'room:activity', { roomId, seq: 3, lastMessage: line.lastMessage, unread: 9, readSeq: 0 });
    await server.settled();
    expect(unread(roomId)).toBe(3);
  });

  test('of a room that was left while it was being entered goes on by its line', async () => {
    const roomId = newRoom(1);
    await chat.roomList.load();
    chat.room(roomId).open()();
    await pass(500);
    say(roomId, 'two');
    await pass(500);
    expect(chat.roomList.get().unread).toBe(2);
  });

  test('of a room that is left while something is missing is asked for', async () => {
    const roomId = newRoom(1);
    await chat.roomList.load();
    const { close } = await opened(roomId);
    server.faults.drop('message:new');
    say(roomId, 'two', 'three');
    await server.settled();
    close();
    await pass(500);
    expect(chat.roomList.get().unread).toBe(3);
  });
});
