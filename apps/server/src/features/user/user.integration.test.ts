import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../test/app.js';
import { databaseKinds } from '../../test/database.js';

describe.each(databaseKinds)('users on %s', (kind) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ database: kind });
  });
  afterAll(() => app.close());
  const login = async (name: string) => {
    const { status, body } = await app.http('POST', '/dev/login', { body: { name } });
    expect(status).toBe(200);
    return body as { token: string; userId: number; name: string };
  };

  test('are what their latest token says: no second sign-up', async () => {
    const ann = await app.client('Ann', { offline: true });
    expect(await ann.users.me({})).toEqual({ id: ann.userId, name: 'Ann', picture: null });
    const { id: roomId } = await ann.rooms.create({ name: 'Team' });
    const message = await ann.messages.create({ roomId, content: 'hi' });
    const married = await app.client('Ann Lee', { userId: ann.userId });
    expect(await married.users.me({})).toMatchObject({ name: 'Ann Lee' });
    const { items } = await married.messages.list({ roomId });
    expect(items).toEqual([{ ...message, sender: { id: ann.userId, name: 'Ann Lee', picture: null } }]);
  });

  test('many sockets of a new user at once make one row', async () => {
    const userId = 500_001;
    const tabs = await Promise.all(Array.from({ length: 10 }, () => app.client('New', { userId })));
    expect(await tabs[0]?.users.me({})).toMatchObject({ id: userId, name: 'New' });
  });

  test('named by others first are placeholders until their own token comes', async () => {
    const ann = await app.client('Ann', { offline: true });
    const userId = 500_002;
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [userId] });
    const nameOf = async () => (await ann.members.list({ roomId })).items.find((m) => m.userId === userId)?.user.name;
    expect(await nameOf()).toBe('User 500002');
    const bob = await app.client('Bob', { userId });
    expect(await nameOf()).toBe('Bob');
    expect((await bob.rooms.list({})).items.map(({ id }) => id)).toEqual([roomId]);
  });

  test('ids go up to the largest safe integer', async () => {
    const max = await app.client('Max', { userId: Number.MAX_SAFE_INTEGER });
    const { id: roomId } = await max.rooms.create({ name: 'Edge' });
    expect(await max.messages.create({ roomId, content: 'hi' })).toMatchObject({ senderId: Number.MAX_SAFE_INTEGER });
  });

  describe('the development login', () => {
    test('is one user per name, ignoring case and surroundings, with ids far from the host’s', async () => {
      const first = await login('Éva');
      expect(first.userId).toBeGreaterThanOrEqual(9_000_000_000_000);
      expect(await login(' éVA ')).toMatchObject({ userId: first.userId, name: 'éVA' });
      expect((await login('Eva')).userId).not.toBe(first.userId);
      const eva = await app.client('', { token: first.token, userId: first.userId });
      expect(await eva.users.me({})).toMatchObject({ id: first.userId });
    });

    test('of one name many times at once is one user', async () => {
      const logins = await Promise.all(Array.from({ length: 8 }, () => login('Crowd')));
      expect(new Set(logins.map(({ userId }) => userId)).size).toBe(1);
    });
  });

  test('are found by any part of the name, ignoring case, wildcards being text; never oneself', async () => {
    const ann = await app.client('Seeker 100%', { offline: true });
    for (const name of ['Seeker Two', 'seeker_three', 'a SEEKER 1000'])
      await (await app.client(name, { offline: true })).users.me({});
    const find = async (q: string) => (await ann.users.search({ q })).items.map(({ name }) => name);
    expect((await find('SEEKER')).toSorted()).toEqual(['a SEEKER 1000', 'Seeker Two', 'seeker_three'].toSorted());
    expect(await find('eker_')).toEqual(['seeker_three']);
    expect(await find('%')).toEqual([]);
    expect(await find('\\')).toEqual([]);
    expect((await ann.users.search({ q: 'seeker', limit: 2 })).items).toHaveLength(2);
  });
});

describe('in production', () => {
  const env = { production: true };

  test('only people who share a room are found; there is no login by name', async () => {
    await using app = await startTestApp({ env });
    const [ann, bob] = [await app.client('Ann'), await app.client('Bob Known')];
    await app.client('Bob Stranger');
    await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
    const { items } = await ann.users.search({ q: 'bob' });
    expect(items).toEqual([{ id: bob.userId, name: 'Bob Known', picture: null }]);
    expect(await app.http('POST', '/dev/login', { body: { name: 'Ann' } })).toMatchObject({ status: 404 });
  });
});

describe('a token', () => {
  test('that ends is told of; a newer one of the same user keeps the socket, of another does not', async () => {
    await using app = await startTestApp();
    const userId = 42;
    const ending = await app.mint(userId, 'Ann', '1s');
    const ann = await app.client('Ann', { userId, token: ending });
    await ann.next('auth:expired');
    const stolen = await app.mint(43, 'Eve');
    await expect(ann.auth.refresh({ token: stolen })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(ann.auth.refresh({ token: 'x' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const { expiresAt } = await ann.auth.refresh({ token: await app.mint(userId, 'Ann Lee', '2h') });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 7_100_000);
    const { name } = await app.database.prisma.user.findUniqueOrThrow({ where: { id: userId } });
    expect(name).toBe('Ann Lee');
  });

  test('opens 20 sockets of a user at once; no older one is cut for a 21st', async () => {
    await using app = await startTestApp();
    const userId = 42;
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => app.client('Ann', { userId, namespace: n % 2 ? '/' : '/chat' })),
    );
    const late = await app.client('Ann', { userId, offline: true });
    const refused = new Promise<void>((resolve) => {
      late.connection.subscribe(() => late.connection.get() === 'reconnecting' && resolve());
    });
    void late.connect();
    await refused;
    expect(late.connection.get()).toBe('reconnecting');
  });
});
