import { events, type LogEntry, type Role, type RoomSync } from '@dream-studio/contracts';
import { EMPTY_ROOM_STATE, type RoomState, reduceRoom } from '@dream-studio/contracts/state';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../../apps/server/src/test/app.js';
import { clusterNodes } from '../../apps/server/src/test/cluster.js';
import { databaseKinds } from '../../apps/server/src/test/database.js';

type Step =
  | { kind: 'send' | 'rename' | 'call' | 'answer' | 'end' | 'archive'; by: number }
  | { kind: 'edit' | 'delete'; by: number; message: number }
  | { kind: 'read'; by: number; seq: number }
  | { kind: 'add' | 'remove'; guest: number }
  | { kind: 'role'; guest: number; role: Role };

const by = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), by }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('edit' as const, 'delete' as const), by, message: fc.nat(5) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), by, seq: fc.integer({ min: 1, max: 12 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('add' as const, 'remove' as const), guest: fc.nat(2) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('role' as const),
      guest: fc.nat(3),
      role: fc.constantFrom<Role>('ADMIN', 'MEMBER', 'OWNER'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('rename' as const, 'call' as const, 'answer' as const, 'end' as const),
      by,
    }),
  },
);

/** What happens before a member looks at the room, and what happens after it. */
const plan = fc.record({
  before: fc.array(step, { maxLength: 6 }),
  after: fc.array(step, { minLength: 1, maxLength: 8 }),
  archived: fc.boolean(),
  viewer: fc.nat(1),
});

/** One of each, with nobody's luck: whatever else is made up, every entry is in the log of some room. */
const everyKind: typeof plan extends fc.Arbitrary<infer P> ? P : never = {
  before: [{ kind: 'send', by: 0 }],
  after: [
    { kind: 'send', by: 1 },
    { kind: 'edit', by: 0, message: 0 },
    { kind: 'delete', by: 1, message: 1 },
    { kind: 'add', guest: 0 },
    { kind: 'role', guest: 0, role: 'ADMIN' },
    { kind: 'remove', guest: 0 },
    { kind: 'rename', by: 0 },
    { kind: 'call', by: 0 },
    { kind: 'answer', by: 1 },
    { kind: 'end', by: 0 },
  ],
  archived: true,
  viewer: 1,
};

const GUEST = 700_000;

/** Rooms that are made up. In a cluster fewer: what is stored does not depend on how many servers there are. */
const RUNS = { postgres: clusterNodes > 0 ? 100 : 1_000, pglite: 100 };

describe.each(databaseKinds)('on %s', (database) => {
  let app: TestApp;
  let people: [TestClient, TestClient, TestClient];
  beforeAll(async () => {
    app = await startTestApp({ database, env: { logLevel: 'silent' } });
    people = [await app.client('Ann'), await app.client('Bob'), await app.client('Cid')];
  });
  afterAll(() => app.close());

  /** Refusals (a message gone, a call running) are part of the game. */
  async function play(roomId: number, { kind, ...input }: Step): Promise<unknown> {
    const [ann] = people;
    const actor = 'by' in input ? (people[input.by] as TestClient) : ann;
    const messageAt = async (index: number) =>
      (await actor.messages.list({ roomId, after: 0 })).items[index]?.id ?? 2 ** 40;
    const lastCall = async () => (await actor.calls.list({ roomId, limit: 1 })).items[0]?.callId ?? 2 ** 40;
    // The last one is Bob, who may become an admin, but stays.
    const guest = 'guest' in input ? ([GUEST, GUEST + 1, GUEST + 2, people[1].userId][input.guest] as number) : 0;
    switch (kind) {
      case 'send':
        return actor.messages.create({ roomId, content: `by ${actor.name}` });
      case 'edit':
      case 'delete': {
        const messageId = await messageAt('message' in input ? input.message : 0);
        return kind === 'edit'
          ? actor.messages.edit({ messageId, content: 'edited' })
          : actor.messages.delete({ messageId });
      }
      case 'read':
        return actor.rooms.markRead({ roomId, seq: 'seq' in input ? input.seq : 0 });
      case 'add':
        return ann.members.add({ roomId, userIds: [guest] });
      case 'remove':
        return ann.members.remove({ roomId, userId: guest });
      case 'role':
        return ann.members.setRole({ roomId, userId: guest, role: 'role' in input ? input.role : 'MEMBER' });
      case 'rename':
        return actor.rooms.update({ roomId, name: `Room of ${actor.name}` });
      case 'call':
        return actor.calls.start({ roomId, callType: 'AUDIO' });
      case 'answer':
        return actor.calls.answer({ callId: await lastCall() });
      case 'end':
        return actor.calls.end({ callId: await lastCall() });
      case 'archive':
        return actor.rooms.archive({ roomId });
    }
  }

  const playAll = async (roomId: number, steps: readonly Step[]) => {
    for (const one of steps) await play(roomId, one).catch((error) => expect(error).toHaveProperty('retryable', false));
  };

  /** All there is to know of a room, read anew. */
  async function snapshot(viewer: TestClient, roomId: number): Promise<RoomState> {
    const room = await viewer.rooms.get({ roomId });
    const { items: messages } = await viewer.messages.list({ roomId, after: 0 });
    const { items: members } = await viewer.members.list({ roomId });
    const { items: calls } = await viewer.calls.list({ roomId, limit: 1 });
    const activeCall = calls.find(({ status }) => status === 'RINGING' || status === 'ONGOING') ?? null;
    return { ...EMPTY_ROOM_STATE, room, messages, members, activeCall };
  }

  test('an older snapshot of a room and the entries of its log since make a fresh one', async () => {
    const told = new Set<LogEntry['event']>();
    await fc.assert(
      fc.asyncProperty(plan, async ({ before, after, archived, viewer: seat }) => {
        const [ann, bob, cid] = people;
        const viewer = people[seat] as TestClient;
        const { id: roomId } = await ann.rooms.create({ name: 'Room', memberIds: [bob.userId, cid.userId] });
        await playAll(roomId, before);
        const old = await snapshot(viewer, roomId);
        await playAll(roomId, archived ? [...after, { kind: 'archive', by: 0 }] : after);
        const fresh = await snapshot(viewer, roomId);

        const { rooms } = await viewer.rooms.sync({ rooms: { [roomId]: { since: old.room?.seq ?? 0 } } });
        const answer = rooms[roomId] as Extract<RoomSync, { events: unknown }>;
        for (const { event } of answer.events) told.add(event);
        const reduced = answer.events.reduce<RoomState>(
          (state, { event, payload }) => reduceRoom(state, event, payload, viewer.userId),
          old,
        );
        const { readSeq, unread } = answer;
        if (readSeq === old.room?.readSeq) expect(reduced.room?.unread).toBe(unread);
        expect({ ...reduced, room: { ...reduced.room, readSeq, unread } }).toEqual(fresh);
      }),
      { numRuns: RUNS[database], endOnFailure: true, examples: [[everyKind]] },
    );
    const durable = Object.entries(events).flatMap(([event, { durable }]) => (durable ? [event] : []));
    // Nobody loses a connection here: `call:left` has its own tests.
    expect([...told, 'call:left'].sort()).toEqual(durable.sort());
  }, 600_000);
});
