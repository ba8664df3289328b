import { LIMITS } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../test/app.js';

const LIMIT_FACTOR = 2.5;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { rateLimitFactor: LIMIT_FACTOR } });
});
afterAll(() => app.close());

const tabOf = (user: TestClient, options = {}) => app.client(user.name, { userId: user.userId, ...options });

describe('the first event of a connection', () => {
  test.each([
    { namespace: '/', transports: ['websocket'] },
    { namespace: '/chat', transports: ['websocket'] },
    { namespace: '/', transports: ['polling'] },
  ] as const)('says what it starts from: %o', async ({ namespace, transports }) => {
    const ann = await app.client('Ann', { namespace, transports: [...transports] });
    const first = await ann.next('server:hello');
    expect(first).toEqual({ limitFactor: LIMIT_FACTOR, onlineUserIds: [ann.userId] });
    await ann.next('user:online', ({ userId }) => userId === ann.userId);
    expect(ann.inbox.received.map(({ event }) => event)).toEqual(['server:hello', 'user:online']);
    const again = await tabOf(ann, { namespace, transports: [...transports] });
    expect(await again.next('server:hello')).toEqual(first);
  });

  test('has those online who share a room, and nobody else', async () => {
    const [ann, bob, eve] = [await app.client('Ann'), await app.client('Bob'), await app.client('Eve')];
    const cid = await app.client('Cid', { offline: true });
    await ann.rooms.create({ name: 'Team', memberIds: [bob.userId, cid.userId] });
    const { onlineUserIds } = await (await tabOf(bob)).next('server:hello');
    expect(onlineUserIds.toSorted()).toEqual([ann.userId, bob.userId].toSorted());
    expect(onlineUserIds).not.toContain(eve.userId);
  });

  test('and the events after it leave nobody out who connects at the same time', async () => {
    const ann = await app.client('Ann', { offline: true });
    const crowd = await Promise.all(Array.from({ length: 20 }, () => app.client('Fan', { offline: true })));
    await ann.rooms.create({ name: 'Crowd', memberIds: crowd.map(({ userId }) => userId) });
    const tabs = await Promise.all([ann, ...crowd].map((user) => tabOf(user)));
    const everyone = tabs.map(({ userId }) => userId).toSorted();
    for (const { inbox } of tabs) {
      const { onlineUserIds } = await inbox.next('server:hello');
      const known = async (userId: number): Promise<unknown> =>
        onlineUserIds.includes(userId) || inbox.next('user:online', (event) => event.userId === userId);
      for (const userId of everyone) await known(userId);
      expect(inbox.received[0]?.event).toBe('server:hello');
    }
  });
});

test('the factor is what limits are multiplied by', async () => {
  const ann = await app.client('Ann');
  const { limitFactor } = await ann.next('server:hello');
  const { id: roomId } = await ann.rooms.create({ name: 'Room' });
  const allowed = LIMITS['message:send'].points * limitFactor;
  for (let sent = 0; sent < allowed; sent++) await ann.messages.create({ roomId, content: `${sent}` });
  await expect(ann.messages.create({ roomId, content: 'x' })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
});
