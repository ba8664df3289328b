import { BOUNDS } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import {
  type Caller,
  call,
  connected,
  credentials,
  emit,
  names,
  newCaller,
  openSocket,
  specOf,
  TRANSPORTS,
  transportsOf,
} from '../parity/callers.js';
import { sampleOf } from '../parity/samples.js';
import { newWorld } from '../parity/world.js';
import { roomOf } from './support.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

describe('S24: fields that are not the caller’s to set', () => {
  const SOMEONE = 4_242_424_242;
  const extra = {
    role: 'OWNER',
    seq: 999,
    epoch: 7,
    senderId: SOMEONE,
    createdBy: SOMEONE,
    initiatedBy: SOMEONE,
    userId: SOMEONE,
    myRole: 'OWNER',
    isEdited: true,
    createdAt: '2001-01-01T00:00:00.000Z',
    archivedAt: '2001-01-01T00:00:00.000Z',
    deletedAt: '2001-01-01T00:00:00.000Z',
    status: 'ENDED',
    id: 999_999,
  };
  const mutations = names
    .filter((name) => specOf(name).kind === 'mutation' && name !== 'dev.login')
    .flatMap((name) => transportsOf(name).map((transport) => [name, transport] as const));

  test.each(mutations)('are dropped by %s over %s', async (name, transport) => {
    const isService = specOf(name).auth.rule === 'service';
    const caller = await newCaller(app, [transport], { isService });
    const world = await newWorld(app, { owner: caller, author: caller });
    const sample = await sampleOf(name, world, caller);
    const { data } = (await call(app, caller, transport, name, { ...extra, ...sample })) as { data?: unknown };
    const said = JSON.stringify(data);
    expect(said).toBeDefined();
    expect(said).not.toMatch(/2001-01-01|999999|"seq":999\b|"epoch":7\b/);
    if (!Object.values(sample).includes(SOMEONE)) expect(said).not.toContain(`:${SOMEONE}`);
    const [row] = await app.database.prisma.$queryRaw<
      { role: string; seq: bigint; senders: bigint; foreign: bigint }[]
    >`
      SELECT (SELECT role::text FROM members WHERE room_id = ${world.roomId} AND user_id = ${caller.userId}) AS role,
        (SELECT seq FROM rooms WHERE id = ${world.roomId}) AS seq,
        (SELECT count(*) FROM messages WHERE sender_id = ${SOMEONE}) AS senders,
        (SELECT count(*) FROM members WHERE user_id = ${SOMEONE}) AS foreign`;
    expect(row).toMatchObject({ role: 'OWNER', senders: 0n, foreign: 0n });
    expect(Number(row?.seq)).toBeLessThan(5);
    for (const socket of Object.values(caller.sockets)) socket.disconnect();
  });

  test('a plain member gives themself no role by them', async () => {
    const [owner, member] = [await newCaller(app), await newCaller(app)];
    const roomId = await roomOf(app, owner, member);
    for (const name of ['message.create', 'room.markRead'] as const) {
      await call(app, member, 'rest', name, { roomId, seq: 0, content: 'x', role: 'OWNER', myRole: 'OWNER' });
    }
    expect(await call(app, member, 'rest', 'room.get', { roomId })).toMatchObject({ data: { myRole: 'MEMBER' } });
  });

  test('whether a user exists is not told: a direct room with anyone answers alike', async () => {
    const [ann, known] = [await newCaller(app), await newCaller(app)];
    await call(app, known, 'rest', 'user.me', {});
    const open = async (userId: number) => {
      const answer = await call(app, ann, 'rest', 'room.direct', { userId });
      return [answer.status, Object.keys((answer as { data: object }).data)];
    };
    expect(await open(known.userId)).toEqual(await open(known.userId + 4_000_000));
  });
});

describe('S25: legal, but greedy', () => {
  test('the 129th room is a CONFLICT, and the others stay', async () => {
    const caller = await newCaller(app, TRANSPORTS);
    const socket = caller.sockets['socket /'];
    if (!socket) throw new Error('not connected');
    const { prisma } = app.database;
    await prisma.user.create({ data: { id: caller.userId + 9_000_000, name: 'Maker' } });
    const count = BOUNDS.roomsPerSocketMax + 1;
    const rooms = await prisma.room.createManyAndReturn({
      data: Array.from({ length: count }, (_, index) => ({ name: `R${index}`, createdBy: caller.userId + 9_000_000 })),
    });
    await prisma.member.createMany({ data: rooms.map(({ id }) => ({ roomId: id, userId: caller.userId })) });
    const enter = ({ id }: { id: bigint }) => emit(socket, 'join_room', { roomId: Number(id), keepPrevious: true });
    for (const room of rooms.slice(0, -1)) expect((await enter(room)).ok).toBe(true);
    expect(await enter(rooms[count - 1] as never)).toMatchObject({ ok: false, error: { code: 'CONFLICT' } });
    // Leaving one makes room for another.
    await emit(socket, 'leave_room', { roomId: Number(rooms[0]?.id) });
    expect((await enter(rooms[count - 1] as never)).ok).toBe(true);
  });

  test('more than 256 calls waiting on a socket are RATE_LIMITED at once, and others are served', async () => {
    const [greedy, other] = [await newCaller(app, TRANSPORTS), await newCaller(app, TRANSPORTS)];
    const [roomId, otherRoom] = [await roomOf(app, greedy), await roomOf(app, other)];
    const socket = greedy.sockets['socket /'];
    if (!socket) throw new Error('not connected');
    const replies: { ok: boolean; error?: { code: string } }[] = [];
    const flood = Array.from({ length: 600 }, () =>
      emit(socket, 'room:read', { roomId, seq: 0 }).then((reply) => void replies.push(reply)),
    );
    const served = await call(app, other, 'socket /', 'room.markRead', { roomId: otherRoom, seq: 0 });
    expect(served.ok).toBe(true);
    await Promise.all(flood);
    const refused = replies.filter(({ ok }) => !ok);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ error }) => error?.code))).toEqual(new Set(['RATE_LIMITED']));
    expect(replies.length - refused.length).toBeGreaterThanOrEqual(256);
    expect((await emit(socket, 'room:read', { roomId, seq: 0 })).ok).toBe(true);
  });

  test('a batch of more than 10 is refused whole; one of 10 is answered', async () => {
    const { token } = (await newCaller(app)) as { token: string };
    const batch = async (size: number) => {
      const input = encodeURIComponent(
        JSON.stringify(Object.fromEntries(Array.from({ length: size }, (_, i) => [i, {}]))),
      );
      return app.http('GET', `/trpc/${Array(size).fill('user.me').join(',')}?batch=1&input=${input}`, { token });
    };
    expect((await batch(BOUNDS.trpcBatchMax)).status).toBe(200);
    const refused = await batch(BOUNDS.trpcBatchMax + 1);
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain('BAD_INPUT');
    expect(JSON.stringify(refused.body)).not.toContain('"result"');
  });

  test('a cursor of any integers is a page or BAD_INPUT', async () => {
    const caller = await newCaller(app);
    const roomId = await roomOf(app, caller);
    const numbers = [0, 1, 2 ** 31, 2 ** 53 - 1, 8.64e15, 253_402_300_800_000, -1, 1.5, Number.NaN];
    for (const name of ['room.list', 'member.list', 'call.list'] as const) {
      for (const parts of numbers.flatMap((a) => [[a], [a, 1], [1, a], [a, a, a]])) {
        const cursor = Buffer.from(parts.join('.')).toString('base64url');
        const { status } = await call(app, caller, 'rest', name, { roomId, cursor });
        expect([name, parts, status === 200 || status === 400]).toEqual([name, parts, true]);
      }
    }
  });
});

describe('S25, S13: limits', () => {
  let limited: TestApp;
  beforeAll(async () => {
    limited = await startTestApp({ env: { rateLimitFactor: 1, trustedProxies: [] } });
  });
  afterAll(() => limited?.close());

  test('a flood of typing is RATE_LIMITED after 30, over all sockets and namespaces', async () => {
    const caller = await newCaller(limited, TRANSPORTS);
    const roomId = await roomOf(limited, caller);
    const sockets = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        connected(openSocket(limited.url, index % 2 ? '/' : '/chat', credentials(caller))),
      ),
    );
    const replies = await Promise.all(
      sockets.flatMap((socket) => Array.from({ length: 20 }, () => emit(socket, 'user:typing', { roomId }))),
    );
    expect(replies.filter(({ ok }) => ok)).toHaveLength(30);
    expect(replies.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'RATE_LIMITED', retryable: true } });
    for (const socket of sockets) socket.disconnect();
  });

  test('messages are counted over socket, tRPC, its batches and REST together', async () => {
    const caller: Caller = await newCaller(limited, TRANSPORTS);
    const roomId = await roomOf(limited, caller);
    const one = { roomId, content: 'x' };
    const single = TRANSPORTS.map((transport) =>
      Promise.all(Array.from({ length: 5 }, () => call(limited, caller, transport, 'message.create', one))),
    );
    const path = `/trpc/${Array(10).fill('message.create').join(',')}?batch=1`;
    const body = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index, one]));
    const batch = await limited.http('POST', path, { token: caller.token ?? '', body });
    const inBatch = (batch.body as { result?: unknown }[]).filter(({ result }) => result).length;
    const accepted = (await Promise.all(single)).flat().filter(({ ok }) => ok).length + inBatch;
    expect(accepted).toBe(10);
  });

  test('spoofed X-Forwarded-For does not dodge the limit of logins', async () => {
    const login = (index: number) =>
      fetch(`${limited.url}/dev/login`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': `10.0.${index}.1, 192.0.2.${index}`,
          'x-real-ip': `10.1.1.${index}`,
          forwarded: `for=10.2.2.${index}`,
        },
        body: JSON.stringify({ name: `Login ${index}` }),
      }).then(({ status }) => status);
    const statuses = await Promise.all(Array.from({ length: 30 }, (_, index) => login(index)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });

  test('behind a trusted proxy a whole IPv6 /64 is one address, and what stands left of a client is not believed', async () => {
    await using proxied = await startTestApp({
      env: { rateLimitFactor: 0.1, trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] },
    });
    const login = async (forwarded: string) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': forwarded };
      const body = JSON.stringify({ name: 'Ann' });
      return (await fetch(`${proxied.url}/dev/login`, { method: 'POST', headers, body })).status;
    };
    const two = async (addresses: (index: number) => string) => [
      await login(addresses(1)),
      await login(addresses(2)),
      await login(addresses(3)),
    ];
    const spent = [200, 200, 429];
    expect(await two((index) => `2001:db8:1:1:${index}::1`)).toEqual(spent);
    expect(await two((index) => `2001:db8:1:2::${index}`)).toEqual(spent);
    expect(await two((index) => `198.51.100.${index}, 203.0.113.5`)).toEqual(spent);
    expect(await two((index) => `203.0.113.${index + 10}`)).toEqual([200, 200, 200]);
  });
});
