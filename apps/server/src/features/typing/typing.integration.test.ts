import { TIMES } from '@dream-studio/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../test/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** Ann, Bob and a second tab of Ann's, all showing one room. */
async function room() {
  const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
  const tab = await app.client('Ann', { userId: ann.userId, namespace: '/chat' });
  const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
  for (const user of [ann, bob, tab]) await user.rooms.enter({ roomId });
  return { ann, bob, tab, roomId, typing: { userId: ann.userId, roomId } };
}

test('is told to the room but the typing socket, and so is its end', async () => {
  const { ann, bob, tab, roomId, typing } = await room();
  await ann.typing.start({ roomId });
  for (const other of [bob, tab]) {
    expect(await other.next('user:typing')).toEqual({ ...typing, timestamp: expect.any(String) });
  }
  expect(await bob.rooms.enter({ roomId })).toMatchObject({ typingUserIds: [ann.userId] });
  expect(await tab.rooms.enter({ roomId })).toMatchObject({ typingUserIds: [] });
  await ann.typing.stop({ roomId });
  for (const other of [bob, tab]) expect(await other.next('user:stop_typing')).toEqual(typing);
  expect(await bob.rooms.enter({ roomId })).toMatchObject({ typingUserIds: [] });
  await bob.messages.create({ roomId, content: 'fence' });
  await ann.next('message:new');
  expect(ann.inbox.received.filter(({ event }) => /typing/.test(event))).toEqual([]);
});

test('ends by itself 6 s after the last sign of it, and not before', async () => {
  const { ann, bob, roomId, typing } = await room();
  await ann.typing.start({ roomId });
  await bob.next('user:typing');
  await ann.typing.start({ roomId });
  await bob.next('user:typing');
  const since = performance.now();
  expect(await bob.next('user:stop_typing')).toEqual(typing);
  expect(performance.now() - since).toBeGreaterThan(TIMES.typingMs - 500);
  await ann.typing.start({ roomId });
  await bob.next('user:typing');
  expect(bob.inbox.all('user:stop_typing')).toHaveLength(1);
  // Nor is its end told to the socket that typed.
  expect(ann.inbox.all('user:stop_typing')).toEqual([]);
});

test('ends with the socket, and with leaving the room, whichever way', async () => {
  const { ann, bob, roomId, typing } = await room();
  const other = await ann.rooms.create({ name: 'Other' });
  const leave = [
    () => ann.rooms.exit({ roomId }),
    () => ann.rooms.enter({ roomId: other.id }),
    async () => ann.close(),
  ];
  for (const away of leave) {
    await ann.rooms.enter({ roomId });
    await ann.typing.start({ roomId });
    await bob.next('user:typing');
    await away();
    expect(await bob.next('user:stop_typing')).toEqual(typing);
  }
});

test('is for members only', async () => {
  const { roomId } = await room();
  const eve = await app.client('Eve');
  const refused = { code: 'NOT_A_MEMBER', message: 'Not a member of this room' };
  await expect(eve.typing.start({ roomId })).rejects.toMatchObject(refused);
  await expect(eve.typing.stop({ roomId })).rejects.toMatchObject(refused);
});
