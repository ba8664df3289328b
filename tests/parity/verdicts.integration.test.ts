import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import { type Answer, anonymous, type Caller, call, emit, names, newCaller, specOf, transportsOf } from './callers.js';
import { sampleOf } from './samples.js';
import { beyondTheGate, type CallerRole, ROLES, TARGETS, verdictOf } from './verdicts.js';
import { newWorld, nowhere, type World } from './world.js';

let app: TestApp;
let callers: Record<CallerRole, Caller>;
let worlds: Record<(typeof TARGETS)[number], World>;
/** Sits in both rooms, and hears what happens there. */
let listener: Caller;
let heard: unknown[] = [];

const SOCKETS = ['socket /', 'socket /chat'] as const;

beforeAll(async () => {
  app = await startTestApp();
  const online = () => newCaller(app, SOCKETS);
  listener = await online();
  const [outsider, exMember, member] = [await online(), await online(), await online()];
  const [author, admin, owner] = [await online(), await online(), await online()];
  const service = await newCaller(app, SOCKETS, { isService: true });
  callers = { anonymous, outsider, exMember, member, author, admin, owner, service };
  const own = await newWorld(app, { owner, admin, author, member });
  const other = await newWorld(app, { owner: listener, author: listener });
  worlds = { 'own room': own, 'other room': other, 'missing id': nowhere(own) };
  await Promise.all([own.ring(), other.ring()]);

  await joinAndLeave(owner, exMember, own.roomId);
  await ok(call(app, owner, 'rest', 'member.add', { roomId: own.roomId, userIds: [listener.userId] }));
  for (const { roomId } of [own, other]) {
    await ok(call(app, listener, 'socket /', 'room.enter', { roomId, keepPrevious: true }));
  }
  for (const caller of [listener, ...Object.values(callers)]) {
    for (const socket of Object.values(caller.sockets)) socket.onAny((...event) => heard.push(event));
  }
});
afterAll(() => app?.close());

/** Was in the room with a socket, and was removed: what the old socket still may do is part of the matrix. */
async function joinAndLeave(owner: Caller, exMember: Caller, roomId: number) {
  const { userId } = exMember;
  await ok(call(app, owner, 'rest', 'member.add', { roomId, userIds: [userId] }));
  await ok(call(app, exMember, 'socket /', 'room.enter', { roomId }));
  await ok(call(app, owner, 'rest', 'member.remove', { roomId, userId }));
}

async function ok(pending: Promise<Answer>): Promise<void> {
  const answer = await pending;
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
}

/** Everything that is stored, but the time at which someone was last seen. */
function stored(): Promise<unknown> {
  const tables = ['rooms', 'members', 'messages', 'room_events', 'calls', 'call_participants', 'dev_logins'];
  const digests = tables.map(
    (table) => `(SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM ${table} t) ${table}`,
  );
  return app.database.prisma.$queryRawUnsafe(
    `SELECT ${digests.join(', ')}, (SELECT count(*)::int FROM users) AS users`,
  );
}

const cells = (name: (typeof names)[number], isRefused: boolean) =>
  transportsOf(name).flatMap((transport) =>
    ROLES.filter((role) => role !== 'anonymous' || !transport.startsWith('socket')).flatMap((role) =>
      TARGETS.filter((target) => target === 'own room' || 'subject' in specOf(name).auth)
        .map((target) => ({ transport, role, target, verdict: verdictOf(name, role, target) }))
        .filter(({ verdict }) => (verdict !== 'OK') === isRefused),
    ),
  );

/** Answers come after events on a connection: what a refused call had sent would be here after this. */
async function settle(): Promise<unknown[]> {
  for (const caller of [listener, ...Object.values(callers)]) {
    for (const socket of Object.values(caller.sockets)) await emit(socket, 'no:such');
  }
  return heard;
}

test('each operation has a row in the table of verdicts', () => {
  expect(Object.keys(beyondTheGate).sort()).toEqual([...names].sort());
});

test.each(names.filter((name) => cells(name, true).length > 0))(
  '%s: whoever may not is refused over every transport; nothing is written, nobody hears of it',
  async (name) => {
    const before = await stored();
    heard = [];
    for (const { transport, role, target, verdict } of cells(name, true)) {
      const input = await sampleOf(name, worlds[target], callers[role]);
      const answer = await call(app, callers[role], transport, name, input);
      expect([transport, role, target, answer.ok || answer.error.code]).toEqual([transport, role, target, verdict]);
    }
    expect(await settle()).toEqual([]);
    expect(await stored()).toEqual(before);
  },
);

test.each(names)('%s: whoever may, may over every transport', async (name) => {
  for (const { transport, role, target, verdict } of cells(name, false)) {
    const { owner, admin, author, member } = callers;
    const caller = callers[role];
    // What changes nothing can be asked about the same world.
    const fresh = specOf(name).kind === 'mutation';
    const world = fresh ? await newWorld(app, { owner, admin, author, member }) : worlds[target];
    const answer = await call(app, caller, transport, name, await sampleOf(name, world, caller));
    expect([transport, role, answer.ok ? 'OK' : answer.error]).toEqual([transport, role, verdict]);
  }
});

test('member.remove: an admin cannot remove the owner; everyone can leave; the owner hands over', async () => {
  const { owner, admin, author, member } = callers;
  const { roomId } = await newWorld(app, { owner, admin, author, member });
  const remove = async (by: Caller, who: Caller) => {
    const answer = await call(app, by, 'rest', 'member.remove', { roomId, userId: who.userId });
    return answer.ok ? 'OK' : answer.error.code;
  };
  expect(await remove(admin, owner)).toBe('FORBIDDEN');
  expect(await remove(author, member)).toBe('FORBIDDEN');
  expect(await remove(member, member)).toBe('OK');
  expect(await remove(member, member)).toBe('NOT_A_MEMBER');
  expect(await remove(owner, owner)).toBe('OK');
  expect(await call(app, admin, 'rest', 'room.get', { roomId })).toMatchObject({ ok: true, data: { myRole: 'OWNER' } });
});
