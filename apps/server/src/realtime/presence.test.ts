import { BOUNDS, TIMES } from '@dream-studio/contracts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Emission } from '../core/ports.js';
import { Elsewhere } from './elsewhere.js';
import { PresenceAnnouncer } from './presence.js';
import { PresenceRegistry } from './presence-registry.js';

const ANN = 1;
const BOB = 2;
const GRACE_MS = TIMES.presenceGraceMs;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An announcer whose database says that everyone is in room 5, when `read` is let go. */
function start(read: () => Promise<void> = async () => {}) {
  const told: Emission[] = [];
  const elsewhere = new Elsewhere();
  const registry = new PresenceRegistry(elsewhere);
  /** Users whose last socket went, each time it did. */
  const gone: number[] = [];
  const markSeen = vi.fn(async () => new Date('2030-01-01T00:00:00Z'));
  const warn = vi.fn();
  const presence = new PresenceAnnouncer({
    registry,
    elsewhere,
    publisher: { publish: (emissions) => void told.push(...emissions) },
    everywhere: { publish: (emissions) => void told.push(...emissions) },
    learn() {},
    log: { debug: warn, info: warn, warn, error: warn },
    rooms: () => read().then(() => [{ roomId: 5, seq: 0 }]),
    lastDisconnected: (userId) => void gone.push(userId),
    markSeen,
  });
  const connect = async (userId: number, socketId: string) => {
    await presence.expect(userId);
    presence.connected(userId, socketId);
  };
  /** Names of the events told since last asked, with the user they are about. */
  const news = () =>
    told.splice(0).map(({ event, payload }) => `${event} ${'userId' in payload ? payload.userId : ''}`);
  return { gone, told, registry, presence, markSeen, warn, connect, news };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a user', () => {
  test('is online with the first socket and offline a grace after the last, told to those who share a room', async () => {
    const { connect, presence, news, told } = start();
    await connect(BOB, 'b');
    news();
    await connect(ANN, 'a1');
    expect(told[0]).toMatchObject({
      event: 'user:online',
      audience: { users: [BOB, ANN] },
      payload: { socketId: 'a1' },
    });
    await connect(ANN, 'a2');
    presence.disconnected(ANN, 'a1', []);
    await pass(GRACE_MS);
    expect(news()).toEqual([`user:online ${ANN}`]);
    presence.disconnected(ANN, 'a2', []);
    await pass(GRACE_MS - 1);
    expect(told).toEqual([]);
    await pass(1);
    expect(told).toMatchObject([
      { event: 'user:offline', audience: { users: [BOB, ANN] }, payload: { lastSeenAt: '2030-01-01T00:00:00.000Z' } },
    ]);
  });

  test('who returns within the grace was never away, each time anew', async () => {
    const { connect, presence, news } = start();
    await connect(ANN, 'a0');
    news();
    for (let time = 0; time < 5; time++) {
      presence.disconnected(ANN, `a${time}`, []);
      await pass(GRACE_MS - 1);
      await connect(ANN, `a${time + 1}`);
    }
    await pass(GRACE_MS * 2);
    expect(news()).toEqual([]);
    presence.disconnected(ANN, 'a5', []);
    await pass(GRACE_MS);
    expect(news()).toEqual([`user:offline ${ANN}`]);
  });

  test('whose handshake ended before the connection is forgotten, and nobody is told', async () => {
    const { presence, registry, news } = start();
    await presence.expect(ANN);
    expect(registry.isOnline(ANN)).toBe(true);
    await pass(GRACE_MS);
    expect(registry.isOnline(ANN)).toBe(false);
    expect(news()).toEqual([]);
  });

  test('whose handshake stalled for longer than that is known again with the connection', async () => {
    const { presence, registry, news } = start();
    await presence.expect(ANN);
    await pass(GRACE_MS);
    presence.connected(ANN, 'a');
    await pass(0);
    expect([...registry.onlineIn(5)]).toEqual([ANN]);
    expect(news()).toEqual([`user:online ${ANN}`]);
    presence.disconnected(ANN, 'a', []);
    await pass(GRACE_MS);
    expect(registry.isOnline(ANN)).toBe(false);
  });

  test('connecting on many sockets at once is read once and told once', async () => {
    const read = vi.fn(async () => {});
    const { connect, news } = start(read);
    await Promise.all(['a', 'b', 'c'].map((socketId) => connect(ANN, socketId)));
    expect(read).toHaveBeenCalledOnce();
    expect(news()).toEqual([`user:online ${ANN}`]);
  });

  test('is not let in while the database cannot be read, and is when it can', async () => {
    let works = false;
    const { presence, registry, connect, news } = start(async () => {
      if (!works) throw new Error('gone');
    });
    await expect(presence.expect(ANN)).rejects.toThrow('gone');
    expect(registry.isOnline(ANN)).toBe(false);
    works = true;
    await connect(ANN, 'a');
    expect(news()).toEqual([`user:online ${ANN}`]);
  });

  test('goes offline also when that cannot be stored', async () => {
    const { connect, presence, news, markSeen, warn } = start();
    markSeen.mockRejectedValue(new Error('gone'));
    await connect(ANN, 'a');
    presence.disconnected(ANN, 'a', []);
    await pass(GRACE_MS);
    expect(news()).toEqual([`user:online ${ANN}`, `user:offline ${ANN}`]);
    expect(warn).toHaveBeenCalled();
  });

  test('who is back before that was stored is not told offline afterwards', async () => {
    const { connect, presence, news, markSeen } = start();
    await connect(ANN, 'a');
    let stored = (_: Date) => {};
    markSeen.mockImplementationOnce(() => new Promise((resolve) => (stored = resolve)));
    presence.disconnected(ANN, 'a', []);
    await pass(GRACE_MS);
    await connect(ANN, 'b');
    stored(new Date());
    await pass(0);
    expect(news().filter((event) => event.startsWith('user:offline'))).toEqual([]);
  });
});

describe('who is online for a user', () => {
  test('is the user and those in the rooms shared, whose coming was told', async () => {
    const { connect, presence, registry } = start();
    await connect(BOB, 'b');
    // In a handshake that may yet fail: if it does not, that is told.
    await presence.expect(3);
    await connect(4, 'd');
    registry.removeMembership(4, 5);
    await presence.expect(ANN);
    expect(presence.onlineFor(ANN)).toEqual([ANN, BOB]);
    expect(presence.onlineFor(4)).toEqual([4]);
  });

  test('goes on over a drop, until the grace is over', async () => {
    const { connect, presence } = start();
    await connect(ANN, 'a');
    await connect(BOB, 'b');
    presence.disconnected(BOB, 'b', []);
    await pass(GRACE_MS - 1);
    expect(presence.onlineFor(ANN)).toEqual([ANN, BOB]);
    await pass(1);
    expect(presence.onlineFor(ANN)).toEqual([ANN]);
  });

  test('leaves crowded rooms out, as the events do, and is bounded', async () => {
    const { connect, presence, registry } = start();
    for (let userId = 1; userId <= BOUNDS.presenceListMax + 1; userId++) await connect(userId, `s${userId}`);
    expect(presence.onlineFor(ANN)).toEqual([ANN]);
    for (let userId = 102; userId <= BOUNDS.helloOnlineMax + 200; userId++) {
      await connect(userId, `s${userId}`);
      const roomId = 1_000 + Math.floor(userId / 50);
      for (const member of [ANN, userId]) registry.addMembership(member, roomId);
    }
    const online = presence.onlineFor(ANN);
    expect(online).toHaveLength(BOUNDS.helloOnlineMax);
    expect(online[0]).toBe(ANN);
    expect(new Set(online).size).toBe(BOUNDS.helloOnlineMax);
  });
});

describe('a change of membership while the rooms are being read', () => {
  test.each([
    ['added', [5, 6]],
    ['removed', []],
  ] as const)('is not overwritten by what was read: %s', async (change, expected) => {
    let release = () => {};
    const { presence, registry, connect } = start(() => new Promise((resolve) => (release = resolve)));
    const connecting = connect(ANN, 'a');
    if (change === 'added') presence.memberAdded(ANN, 6);
    else presence.memberRemoved(ANN, 5);
    release();
    await connecting;
    expect([...registry.roomsOf(ANN)].sort()).toEqual(expected);
  });

  test('and back again counts as it ended', async () => {
    let release = () => {};
    const { presence, registry, connect } = start(() => new Promise((resolve) => (release = resolve)));
    const connecting = connect(ANN, 'a');
    presence.memberRemoved(ANN, 5);
    presence.memberAdded(ANN, 5);
    presence.memberAdded(ANN, 6);
    presence.memberRemoved(ANN, 6);
    release();
    await connecting;
    expect([...registry.onlineIn(5)]).toEqual([ANN]);
    expect([...registry.onlineIn(6)]).toEqual([]);
  });
});

describe("a user's view of a room", () => {
  test('ends a grace after its last socket dropped, unless one returns to it', async () => {
    const { connect, presence, registry, news } = start();
    await connect(ANN, 'a');
    registry.enter(5, ANN, 'a');
    news();
    presence.disconnected(ANN, 'a', [5]);
    await pass(GRACE_MS - 1);
    await connect(ANN, 'b');
    registry.enter(5, ANN, 'b');
    await pass(GRACE_MS);
    expect(news()).toEqual([]);
    presence.disconnected(ANN, 'b', [5]);
    await pass(GRACE_MS);
    expect(news()).toEqual([`member:left ${ANN}`, `user:offline ${ANN}`]);
  });

  test('ends also when the user returns, but not to the room', async () => {
    const { connect, presence, registry, news } = start();
    await connect(ANN, 'a');
    registry.enter(5, ANN, 'a');
    presence.disconnected(ANN, 'a', [5]);
    await connect(ANN, 'b');
    news();
    await pass(GRACE_MS);
    expect(news()).toEqual([`member:left ${ANN}`]);
  });

  test('ends at once with the membership', async () => {
    const { connect, presence, registry, news } = start();
    await connect(ANN, 'a');
    registry.enter(5, ANN, 'a');
    news();
    presence.memberRemoved(ANN, 5);
    expect(news()).toEqual([`member:left ${ANN}`]);
  });
});

describe('a crowded room', () => {
  const crowd = async (connect: (userId: number, socketId: string) => Promise<void>) => {
    for (let userId = 1; userId <= BOUNDS.presenceListMax; userId++) await connect(userId, `s${userId}`);
  };

  test('is told a count at most every 2 s, and of nobody by name', async () => {
    const { connect, told, presence } = start();
    await crowd(connect);
    await pass(0);
    told.length = 0;
    for (let userId = 101; userId <= 110; userId++) await connect(userId, `s${userId}`);
    expect(told.flatMap(({ audience }) => audience.users)).toEqual([101, 102, 103, 104, 105, 106, 107, 108, 109, 110]);
    told.length = 0;
    await pass(TIMES.roomPresenceMs - 1);
    expect(told).toEqual([]);
    await pass(1);
    expect(told).toEqual([{ event: 'room:presence', audience: { room: 5 }, payload: { roomId: 5, onlineCount: 110 } }]);
    await connect(111, 's111');
    presence.disconnected(111, 's111', []);
    await connect(112, 's112');
    await pass(TIMES.roomPresenceMs);
    expect(told.filter(({ event }) => event === 'room:presence')).toHaveLength(2);
  });

  test('that empties out tells of each again', async () => {
    const { connect, presence, news } = start();
    await crowd(connect);
    await connect(101, 's101');
    news();
    presence.disconnected(101, 's101', []);
    await pass(GRACE_MS);
    expect(news()).toContain('user:offline 101');
  });
});

test('closing it stops every timer', async () => {
  const { connect, presence } = start();
  await connect(ANN, 'a');
  presence.disconnected(ANN, 'a', []);
  presence.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('each time a user’s last socket goes it is said at once, whether one comes back or not', async () => {
  const { connect, presence, gone } = start();
  await connect(1, 'a');
  await connect(1, 'b');
  presence.disconnected(1, 'a', []);
  expect(gone).toEqual([]);
  presence.disconnected(1, 'b', []);
  expect(gone).toEqual([1]);
  await connect(1, 'c');
  presence.disconnected(1, 'c', []);
  expect(gone).toEqual([1, 1]);
});
