import { expect, test } from 'vitest';
import { createChatClient, isChatError } from '../index.js';
import { createTestServer } from './index.js';

const ANN = { id: 1, name: 'Ann' };
const BOB = { id: 2, name: 'Bob' };

test('two clients talk; what was sent and stored can be looked at', async () => {
  using server = createTestServer({ users: [ANN, BOB] });
  const room = server.addRoom({ name: 'Lunch', members: [1, 2] });
  const ann = createChatClient(server.connectAs(ANN));
  const bob = createChatClient(server.connectAs(BOB));
  const heard: string[] = [];
  bob.on('message:new', ({ sender, content }) => heard.push(`${sender.name}: ${content}`));
  await Promise.all([ann.connect(), bob.connect()]);
  await bob.rooms.enter({ roomId: room.id });

  await ann.messages.create({ roomId: room.id, content: ' Pizza? ' });
  await server.settled();

  expect(heard).toEqual(['Ann: Pizza?']);
  expect(server.state.messages(room.id)).toMatchObject([{ senderId: 1, content: 'Pizza?' }]);
  expect(server.sent.filter(({ event }) => event === 'message:new')).toMatchObject([{ userIds: [2] }]);
  expect(server.received.at(-1)).toMatchObject({ operation: 'message.create', userId: 1, over: 'socket' });
  ann.close();
  bob.close();
});

test('one client is enough: the test plays the others', async () => {
  using server = createTestServer({ users: [ANN, BOB], clock: 'manual' });
  const room = server.addRoom({ members: [1, 2] });
  const ann = createChatClient(server.connectAs(1));
  const heard: string[] = [];
  ann.on('user:typing', ({ userId }) => heard.push(`${userId} types`));
  ann.on('user:stop_typing', ({ userId }) => heard.push(`${userId} stopped`));
  ann.on('user:offline', ({ userId }) => heard.push(`${userId} is gone`));
  await ann.connect();
  await ann.rooms.enter({ roomId: room.id });

  server.call(2, 'typing.start', { roomId: room.id });
  await server.clock.advance(6_000);
  server.setOnline(2, false);
  await server.clock.advance(5_000);

  expect(heard).toEqual(['2 types', '2 stopped', '2 is gone']);
  ann.close();
});

test('a send whose answer is lost is repeated, and stored once', async () => {
  using server = createTestServer({ clock: 'manual' });
  const { id: roomId } = server.addRoom({ members: [1] });
  const ann = createChatClient(server.connectAs(1));
  await ann.connect();
  server.faults.drop('message.create');

  const send = () => ann.messages.create({ roomId, content: 'hi', clientId: 'c1' });
  const first = send().catch((error: unknown) => error);
  await server.clock.advance(10_000);
  expect(isChatError(await first, 'UNAVAILABLE')).toBe(true);

  expect(await send()).toMatchObject({ content: 'hi', clientId: 'c1' });
  expect(server.state.messages(roomId)).toHaveLength(1);
  ann.close();
});

test('the live parts of a client: what a component would show', async () => {
  using server = createTestServer({ users: [ANN, BOB], clock: 'manual' });
  const seeded = server.addRoom({ name: 'Lunch', members: [1, 2], messages: [{ from: 2, content: 'Hungry?' }] });
  const ann = createChatClient(server.connectAs({ id: 1, name: 'Ännchen' }));
  const room = ann.room(seeded.id);
  const close = room.open();
  await ann.connect();
  await Promise.all([ann.roomList.load(), server.settled()]);
  expect(ann.me.get()).toEqual({ id: 1, name: 'Ännchen', picture: null });
  expect(room.get().messages).toMatchObject([{ content: 'Hungry?', sender: BOB }]);
  expect(ann.roomList.get()).toMatchObject({ rooms: [{ name: 'Lunch' }], unread: 1 });

  server.call(2, 'typing.start', { roomId: seeded.id });
  server.faults.delay('message.create', 3_000);
  server.faults.drop('message:new');
  room.send('Always.');
  await server.settled();
  expect(room.get()).toMatchObject({ typingUserIds: [2], messages: [{}, { content: 'Always.', status: 'sending' }] });

  await server.clock.advance(3_000);
  expect(room.get().messages).toMatchObject([{}, { content: 'Always.', status: 'sent', seq: 2 }]);
  close();
  ann.close();
});
