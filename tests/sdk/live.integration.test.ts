import { type ChatClient, createChatClient, type LiveRoom, type Readable } from '@dream-studio/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATIENCE_MS, startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import { startTcpProxy } from '../../apps/server/src/test/tcp-proxy.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** Resolves with the value once it fits; fails with the last one that did not. */
const eventually = <T>(source: Readable<T>, fits: (value: T) => boolean): Promise<T> =>
  new Promise((resolve, reject) => {
    const give = (outcome: () => void) => {
      clearTimeout(timer);
      end();
      outcome();
    };
    const check = () => fits(source.get()) && give(() => resolve(source.get()));
    const timer = setTimeout(
      () => give(() => reject(new Error(`It stayed ${JSON.stringify(source.get(), null, 1)}`))),
      PATIENCE_MS,
    );
    const end = source.subscribe(check);
    check();
  });

const contents = (room: LiveRoom) => room.get().messages.map(({ content }) => content);
const said = (room: LiveRoom, ...texts: string[]) =>
  eventually(room, () => JSON.stringify(contents(room)) === JSON.stringify(texts));

/** Two members of one room, both with it open. */
const startRoom = async () => {
  const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
  const { id } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
  const rooms = [ann.room(id), bob.room(id)] as const;
  for (const room of rooms) room.open();
  for (const room of rooms) await eventually(room, ({ status, members }) => status === 'ready' && members !== null);
  return { ann, bob, id, annRoom: rooms[0], bobRoom: rooms[1] };
};

describe('an open room', () => {
  test('shows what others say, edit and delete, and what is sent here at once', async () => {
    const { annRoom, bobRoom } = await startRoom();
    const clientId = annRoom.send('Hello');
    expect(annRoom.get().messages).toMatchObject([{ content: 'Hello', clientId, id: null }]);
    await said(bobRoom, 'Hello');
    const [mine] = (await eventually(annRoom, ({ messages }) => messages[0]?.status === 'sent')).messages;
    expect(mine).toMatchObject({ key: clientId, clientId, seq: 1 });

    await annRoom.edit(mine?.id as number, 'Hello Bob');
    await said(bobRoom, 'Hello Bob');
    await annRoom.delete(mine?.id as number);
    await eventually(bobRoom, ({ messages }) => messages[0]?.deletedAt !== null);
    expect(annRoom.get().messages[0]).toMatchObject({ content: '', key: clientId });
  });

  test('keeps the order of many sends, and each message once', async () => {
    const { annRoom, bobRoom } = await startRoom();
    const texts = Array.from({ length: 40 }, (_, n) => `Message ${n}`);
    for (const text of texts) annRoom.send(text);
    await said(bobRoom, ...texts);
    await eventually(annRoom, ({ messages }) => messages.every(({ status }) => status === 'sent'));
    expect(contents(annRoom)).toEqual(texts);
  });

  test('a row stays the same object while another one changes', async () => {
    const { annRoom, bobRoom } = await startRoom();
    annRoom.send('one');
    annRoom.send('two');
    await said(bobRoom, 'one', 'two');
    const [one, two] = bobRoom.get().messages;
    await eventually(annRoom, ({ messages }) => messages.every(({ id }) => id !== null));
    await annRoom.edit(two?.id as number, 'TWO');
    await said(bobRoom, 'one', 'TWO');
    expect(bobRoom.get().messages[0]).toBe(one);
    expect(bobRoom.get().messages[1]).not.toBe(two);
  });

  test('loads older pages in front, to the beginning', async () => {
    const { ann, id, bobRoom } = await startRoom();
    for (let n = 0; n < 120; n++) await ann.messages.create({ roomId: id, content: `Message ${n}` });
    await eventually(bobRoom, ({ messages }) => messages.at(-1)?.content === 'Message 119');
    const late = await app.client('Bob again', { userId: bobRoom.get().members?.[1]?.userId as number });
    const room = late.room(id);
    room.open();
    await eventually(room, ({ status }) => status === 'ready');
    expect(contents(room)).toHaveLength(50);
    await room.loadOlder();
    await room.loadOlder();
    expect(contents(room)).toEqual(Array.from({ length: 120 }, (_, n) => `Message ${n}`));
    expect(room.get().hasOlder).toBe(false);
  });

  test('tells who is typing, until it ends', async () => {
    const { ann, annRoom, bobRoom } = await startRoom();
    annRoom.typing();
    await eventually(bobRoom, ({ typingUserIds }) => typingUserIds.includes(ann.userId));
    annRoom.stopTyping();
    await eventually(bobRoom, ({ typingUserIds }) => typingUserIds.length === 0);
  });

  test('follows members, their roles, and the name of the room', async () => {
    const { ann, bob, id, bobRoom } = await startRoom();
    const cara = await app.client('Cara');
    await ann.members.add({ roomId: id, userIds: [cara.userId] });
    await eventually(bobRoom, ({ members, room }) => members?.length === 3 && room?.memberCount === 3);
    expect(bobRoom.get().members?.at(-1)).toMatchObject({ userId: cara.userId, user: { name: 'Cara' } });
    await ann.members.setRole({ roomId: id, userId: bob.userId, role: 'ADMIN' });
    await eventually(bobRoom, ({ room }) => room?.myRole === 'ADMIN');
    await ann.rooms.update({ roomId: id, name: 'Crew' });
    await eventually(bobRoom, ({ room }) => room?.name === 'Crew');
    await ann.members.remove({ roomId: id, userId: cara.userId });
    await eventually(bobRoom, ({ members, room }) => members?.length === 2 && room?.memberCount === 2);
  });

  test('from which the user is removed says so, and lives again when they are added', async () => {
    const { ann, bob, id, annRoom, bobRoom } = await startRoom();
    await ann.members.remove({ roomId: id, userId: bob.userId });
    const gone = await eventually(bobRoom, ({ status }) => status === 'failed');
    expect(gone).toMatchObject({ room: null, messages: [], error: { code: 'NOT_A_MEMBER' } });
    annRoom.send('Without Bob');
    await ann.members.add({ roomId: id, userIds: [bob.userId] });
    await eventually(bobRoom, ({ status }) => status === 'ready');
    await said(bobRoom, 'Without Bob');
    annRoom.send('With Bob');
    await said(bobRoom, 'Without Bob', 'With Bob');
  });

  test('that is not the user’s says why', async () => {
    const { id } = await startRoom();
    const eve = await app.client('Eve');
    const room = eve.room(id);
    room.open();
    expect(await eventually(room, ({ status }) => status === 'failed')).toMatchObject({
      error: { code: 'NOT_A_MEMBER' },
    });
  });

  test('a message refused for good fails with the reason, and can be sent again or forgotten', async () => {
    const { ann, id, annRoom } = await startRoom();
    annRoom.send('x'.repeat(4001));
    const failed = await eventually(annRoom, ({ messages }) => messages[0]?.status === 'failed');
    expect(failed.messages[0]?.error).toMatchObject({ code: 'BAD_INPUT' });
    annRoom.discard(failed.messages[0]?.clientId as string);
    expect(annRoom.get().messages).toEqual([]);

    await ann.rooms.archive({ roomId: id });
    annRoom.send('Too late');
    const late = await eventually(annRoom, ({ messages }) => messages[0]?.status === 'failed');
    expect(late.messages[0]?.error).toMatchObject({ code: 'CONFLICT', message: 'This room is archived' });
    annRoom.retry(late.messages[0]?.clientId as string);
    await eventually(annRoom, ({ messages }) => messages[0]?.status === 'failed');
  });
});

describe('the list of rooms', () => {
  test('brings new rooms, last messages, unread counts and the order of activity, for rooms that are not open', async () => {
    const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
    await bob.roomList.load();
    const first = await ann.rooms.create({ name: 'First', memberIds: [bob.userId] });
    const second = await ann.rooms.create({ name: 'Second', memberIds: [bob.userId] });
    await eventually(bob.roomList, ({ rooms }) => rooms.length === 2);
    for (const content of ['one', 'two']) await ann.messages.create({ roomId: first.id, content });
    const list = await eventually(bob.roomList, ({ unread }) => unread === 2);
    expect(list.rooms.map(({ name, unread, lastMessage }) => [name, unread, lastMessage?.content])).toEqual([
      ['First', 2, 'two'],
      ['Second', 0, undefined],
    ]);
    await ann.rooms.update({ roomId: second.id, name: 'Renamed' });
    await eventually(bob.roomList, ({ rooms }) => rooms[1]?.name === 'Renamed');

    const room = bob.room(first.id);
    const end = room.open();
    await eventually(room, ({ status }) => status === 'ready');
    room.markRead();
    await eventually(bob.roomList, ({ unread }) => unread === 0);
    end();
    await ann.messages.create({ roomId: first.id, content: 'three' });
    await eventually(bob.roomList, ({ unread }) => unread === 1);
    await ann.members.remove({ roomId: first.id, userId: bob.userId });
    await eventually(bob.roomList, ({ rooms }) => rooms.length === 1);
  });

  test('what is read on one device is read on the other', async () => {
    const ann = await app.client('Ann');
    const phone = await app.client('Bob');
    const laptop = await app.client('Bob', { userId: phone.userId });
    const { id } = await ann.rooms.create({ name: 'Team', memberIds: [phone.userId] });
    await Promise.all([phone.roomList.load(), laptop.roomList.load()]);
    await ann.messages.create({ roomId: id, content: 'Hello' });
    for (const device of [phone, laptop]) await eventually(device.roomList, ({ unread }) => unread === 1);
    const room = phone.room(id);
    room.open();
    await eventually(room, ({ status }) => status === 'ready');
    room.markRead();
    for (const device of [phone, laptop]) await eventually(device.roomList, ({ unread }) => unread === 0);
  });
});

describe('who is online', () => {
  test('is known of whoever opens a direct room, before it is looked at', async () => {
    const [cid, dan] = [await app.client('Cid'), await app.client('Dan')];
    await dan.roomList.load();
    await cid.rooms.direct({ userId: dan.userId });
    await eventually(dan.roomList, ({ rooms }) => rooms[0]?.peer?.id === cid.userId);
    await eventually(dan.presence, ({ onlineUserIds }) => onlineUserIds.has(cid.userId));
  });

  test('is known from the start, and kept', async () => {
    const ann = await app.client('Ann');
    const { id: bobId } = await app.client('Bob', { offline: true }).then((bob) => bob.users.me({}));
    await ann.rooms.direct({ userId: bobId });
    const bob = await app.client('Bob', { userId: bobId });
    await eventually(ann.presence, ({ onlineUserIds }) => onlineUserIds.has(bobId));
    await eventually(bob.presence, ({ onlineUserIds }) => onlineUserIds.has(ann.userId));
    bob.close();
    const { lastSeenAt } = await eventually(ann.presence, ({ onlineUserIds }) => !onlineUserIds.has(bobId));
    expect(Date.parse(lastSeenAt[bobId] as string)).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('a lost connection', () => {
  test('rooms, list and messages on their way recover', async () => {
    const { ann, bob, id, annRoom } = await startRoom();
    await using proxy = await startTcpProxy(Number(new URL(app.url).port));
    const url = `http://127.0.0.1:${proxy.port}`;
    const chat: ChatClient = createChatClient({ url, token: bob.token });
    await chat.connect();
    await chat.roomList.load();
    const room = chat.room(id);
    room.open();
    await eventually(room, ({ status }) => status === 'ready');
    annRoom.send('before');
    await said(room, 'before');

    proxy.refuse();
    await eventually(chat.connection, (state) => state === 'reconnecting');
    annRoom.send('meanwhile');
    room.send('from here');
    await eventually(room, ({ messages }) => messages.at(-1)?.error?.code === 'UNAVAILABLE');
    const other = await ann.rooms.create({ name: 'New meanwhile', memberIds: [bob.userId] });

    proxy.accept();
    await eventually(chat.connection, (state) => state === 'connected');
    await said(room, 'before', 'meanwhile', 'from here');
    await eventually(chat.roomList, ({ rooms }) => rooms.some(({ name }) => name === other.name));
    annRoom.send('after');
    await said(room, 'before', 'meanwhile', 'from here', 'after');
    await said(annRoom, 'before', 'meanwhile', 'from here', 'after');
    chat.close();
  });
});

test('sends over the limit of the server wait for it instead of being refused', async () => {
  await using strict = await startTestApp({ env: { rateLimitFactor: 0.3 } });
  const ann = await strict.client('Ann');
  const { id } = await ann.rooms.create({ name: 'Slow', memberIds: [] });
  const room = ann.room(id);
  room.open();
  await eventually(room, ({ status }) => status === 'ready');
  for (const text of ['one', 'two', 'three', 'four']) room.send(text);
  const { messages, limitedUntil } = await eventually(room, (snapshot) => snapshot.limitedUntil !== null);
  expect(messages.map(({ status }) => status)).toEqual(['sent', 'sent', 'sent', 'queued']);
  expect(limitedUntil).toBeGreaterThan(Date.now() + 30_000);
  expect(strict.logs.filter(({ code }) => code === 'RATE_LIMITED')).toEqual([]);
});
