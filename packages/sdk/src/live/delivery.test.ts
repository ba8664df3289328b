import type { Room } from '@dream-studio/contracts';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChatClient } from '../index.js';
import { createChatClient } from '../index.js';
import { ANN, interruption, passing, type Step, startTurmoil, step, type Turmoil } from '../test/turmoil.js';
import { createTestServer } from '../testing/index.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 0, 1) });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Rooms that are only in the list are told what happens in them, not how long their log is, nor again of their name. */
const listOf = (chat: ChatClient, roomId: number) =>
  byId(chat).map((room) => (room.id === roomId ? room : { ...room, seq: 0, name: '' }));
const byId = (chat: ChatClient): Room[] => [...chat.roomList.get().rooms].sort((a, b) => a.id - b.id);

/** What Ann's client shows is what is stored, and what a client shows that starts now. */
async function expectCurrent({ server, chat, room, roomId, fresh, pass }: Turmoil) {
  // Loading a page is tried once, and again when the user says so.
  if (room.get().error || !room.get().members) await room.reload();
  const other = await fresh();
  const { status, room: line, members, activeCall, messages } = other.room(roomId).get();
  expect({ ...room.get(), messages: [] }).toMatchObject({ status, room: line, members, activeCall });
  expect(listOf(chat, roomId)).toEqual(listOf(other, roomId));
  if (status === 'ready') {
    // What was said while Ann was put out has failed.
    const shown = room.get().messages.filter((line) => line.status !== 'failed');
    const stored = server.state.messages(roomId).filter(({ seq }) => seq >= (shown[0]?.seq ?? 0));
    expect(shown).toMatchObject(stored);
    expect(shown).toHaveLength(stored.length);
    expect(messages).toEqual(shown.slice(-messages.length));
    expect(line).toEqual(server.state.room(roomId, ANN));
  }
  server.faults.disconnect(ANN);
  await pass(6_000, 250);
  expect(byId(chat)).toEqual(byId(other));
  other.close();
}

const turmoil = async (steps: readonly Step[], check: (world: Turmoil) => unknown) => {
  const world = await startTurmoil();
  try {
    await world.play(steps);
    await world.heal();
    await check(world);
  } finally {
    world.chat.close();
    world.server.close();
  }
};

test('whatever was lost, late or doubled, a room that is shown ends as it is stored, told in order without a gap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) =>
      turmoil(steps, async (world) => {
        await expectCurrent(world);
        const first = 4;
        const { seq } = world.server.state.room(world.roomId, ANN);
        expect(world.heard).toEqual(Array.from({ length: seq - first + 1 }, (_, n) => first + n));
      }),
    ),
    { numRuns: 80 },
  );
});

test('so does one that is closed and opened, and whose member is put out and let in again', async () => {
  const any = fc.oneof({ weight: 6, arbitrary: step }, { weight: 1, arbitrary: interruption });
  await fc.assert(
    fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 40 }), (steps) =>
      turmoil(steps, async (world) => {
        // Who is let in and is not told finds out with the next connection.
        await world.play(['open', 'cut'].map((what) => ({ do: what, room: 0, who: 0, which: 0 })));
        await world.pass(6_000, 250);
        await expectCurrent(world);
      }),
    ),
    { numRuns: 80 },
  );
});

test('a room that is closed and opened again at once is loaded, and told what comes', async () => {
  const server = createTestServer();
  const pass = passing(server);
  const BOB = 2;
  const { id: roomId } = server.addRoom({ members: [BOB, ANN], messages: [{ from: BOB, content: 'before' }] });
  const chat = createChatClient(server.connectAs({ id: ANN, name: 'Ann' }));
  await chat.connect();
  const room = chat.room(roomId);
  // As React does to each effect in development, and to a component that gets another key.
  room.open()();
  const close = room.open();
  await pass(500);
  server.call(BOB, 'message.create', { roomId, content: 'after' });
  await pass(200);
  expect(room.get().status).toBe('ready');
  expect(room.get().messages.map(({ content }) => content)).toEqual(['before', 'after']);
  close();
  chat.close();
  server.close();
});
