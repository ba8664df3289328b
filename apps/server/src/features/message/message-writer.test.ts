import type { Message } from '@dream-studio/contracts';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { KeyedQueue } from '../../core/keyed-queue.js';
import type { Emission } from '../../core/ports.js';
import { RoomTurns } from '../../core/room-turns.js';
import type { MessageDraft } from './message.repository.js';
import { createMessageWriter } from './message-writer.js';

const GONE = new Error('no database');

/** A writer over a database that answers when told, with `seq`s by room. */
function start() {
  const queue = new KeyedQueue<number>(60_000);
  const turns = new RoomTurns();
  const published: string[] = [];
  const seqs = new Map<number, number>();
  const statements: { contents: string[]; answer(): void; fail(error: Error): void }[] = [];
  const append = vi.fn(
    (drafts: readonly MessageDraft[]) =>
      new Promise<({ message: Message; isNew: boolean } | null)[]>((resolve, reject) => {
        statements.push({
          contents: drafts.map(({ content }) => content),
          answer: () => resolve(drafts.map(stored)),
          fail: reject,
        });
      }),
  );
  const stored = ({ roomId, content }: MessageDraft) => {
    if (content.startsWith('refused')) return null;
    const seq = (seqs.get(roomId) ?? 0) + 1;
    if (!content.startsWith('repeat')) seqs.set(roomId, seq);
    return { message: { roomId, content, seq } as Message, isNew: !content.startsWith('repeat') };
  };
  const publish = async (emissions: readonly Emission[]) => {
    for (const { payload } of emissions) published.push((payload as Message).content);
  };
  const writer = createMessageWriter({
    roomLog: { inOrder: (roomId, work) => queue.run(roomId, () => work(publish)) },
    turns,
    append,
    isUnavailable: (error) => error === GONE,
  });
  const write = (content: string, roomId = 1) => writer.write({ roomId, senderId: 1, content, type: 'TEXT' });
  /** The next statement, once it is there. */
  const statement = async (index: number) => {
    await vi.waitFor(() => expect(statements.length).toBeGreaterThan(index));
    return statements[index] as (typeof statements)[number];
  };
  return { queue, turns, write, statement, statements, published };
}

test('with nothing under way a message goes alone and at once', async () => {
  const { write, statement, published } = start();
  const written = write('a');
  (await statement(0)).answer();
  expect(await written).toEqual({ message: { roomId: 1, content: 'a', seq: 1 }, isNew: true });
  expect(published).toEqual(['a']);
});

test('what comes at once, and while the database is busy, goes together: of a room in the order it came', async () => {
  const { write, statement, published } = start();
  const all = [write('a'), write('b'), write('x', 2)];
  expect((await statement(0)).contents).toEqual(['a', 'b', 'x']);
  all.push(write('c'), write('y', 2), write('d'));
  (await statement(0)).answer();
  expect((await statement(1)).contents).toEqual(['c', 'd', 'y']);
  (await statement(1)).answer();
  expect((await Promise.all(all)).map((one) => one?.message.seq)).toEqual([1, 2, 1, 3, 2, 4]);
  expect(published).toEqual(['a', 'b', 'x', 'c', 'd', 'y']);
});

test('another room does not wait for a statement that hangs', async () => {
  const { write, statement } = start();
  const hanging = write('a');
  await statement(0);
  const other = write('x', 2);
  (await statement(1)).answer();
  expect((await other)?.message.content).toBe('x');
  (await statement(0)).answer();
  await hanging;
});

test('a room that is being changed otherwise waits for its turn', async () => {
  const { queue, write, statement, statements } = start();
  let release = () => {};
  const change = queue.run(1, () => new Promise<void>((resolve) => (release = resolve)));
  const waiting = write('a');
  const other = write('x', 2);
  (await statement(0)).answer();
  await other;
  expect(statements.map(({ contents }) => contents)).toEqual([['x']]);
  release();
  await change;
  (await statement(1)).answer();
  expect((await waiting)?.message.content).toBe('a');
});

test('while another node has its turn, what comes is gathered for the next statement', async () => {
  const { turns, write, statement, statements } = start();
  turns.heard(1, 'other', 1);
  const all = [write('a'), write('b')];
  (await statement(0)).answer();
  await Promise.all(all);
  all.push(write('c'));
  await new Promise(setImmediate);
  all.push(write('d'));
  await new Promise(setImmediate);
  expect(statements).toHaveLength(1);
  turns.heard(1, 'other', 9);
  expect((await statement(1)).contents).toEqual(['c', 'd']);
  (await statement(1)).answer();
  await Promise.all(all);
});

test('repeats and refusals are told to their senders, and not published', async () => {
  const { write, statement, published } = start();
  const all = Promise.all([write('repeat'), write('refused'), write('a')]);
  (await statement(0)).answer();
  expect((await all).map((one) => one?.isNew)).toEqual([false, undefined, true]);
  expect(published).toEqual(['a']);
});

test('one that cannot be stored fails alone', async () => {
  const { write, statement, published } = start();
  const [a, poison, b] = [write('a'), write('poison'), write('b')];
  const refused = expect(poison).rejects.toThrow('bad row');
  (await statement(0)).fail(new Error('bad row'));
  (await statement(1)).answer();
  (await statement(2)).fail(new Error('bad row'));
  (await statement(3)).answer();
  expect([(await a)?.message.seq, (await b)?.message.seq]).toEqual([1, 2]);
  await refused;
  expect(published).toEqual(['a', 'b']);
});

test('a database that cannot be reached is asked once, and everyone is told; later ones try again', async () => {
  const { write, statement, statements } = start();
  const lost = Promise.allSettled([write('a'), write('x', 2)]);
  (await statement(0)).fail(GONE);
  expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(statements).toHaveLength(1);
  const later = write('b');
  (await statement(1)).answer();
  expect((await later)?.message.seq).toBe(1);
});

test('nobody waits longer than 2 s for their turn, be it the database or another change of the room', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { queue, write, statement, statements } = start();
    const slow = write('a');
    await statement(0);
    const late = write('b');
    vi.advanceTimersByTime(2_000);
    const fresh = write('c');
    const refused = expect(late).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    (await statement(0)).answer();
    await Promise.all([slow, refused]);
    expect((await statement(1)).contents).toEqual(['c']);
    (await statement(1)).answer();
    await fresh;

    const busy = new Error('busy');
    vi.spyOn(queue, 'run').mockRejectedValueOnce(busy);
    await expect(write('d')).rejects.toBe(busy);
    const next = write('e');
    (await statement(2)).answer();
    expect((await next)?.message.content).toBe('e');
    expect(statements).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});

test('every message is stored once and published in the order of its room, whatever comes when', async () => {
  const plan = fc.array(fc.record({ roomId: fc.integer({ min: 1, max: 3 }), pause: fc.nat(2) }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(plan, async (sends) => {
      const { write, statements, published } = start();
      let answered = 0;
      const answerAll = () => {
        for (; answered < statements.length; answered++) statements[answered]?.answer();
      };
      const pending: Promise<unknown>[] = [];
      for (const [index, { roomId, pause }] of sends.entries()) {
        pending.push(write(`${roomId}:${index}`, roomId));
        for (let turn = 0; turn < pause; turn++) await new Promise(setImmediate);
        if (pause === 2) answerAll();
      }
      const all = Promise.all(pending);
      let done = false;
      void all.then(() => (done = true));
      while (!done) {
        answerAll();
        await new Promise(setImmediate);
      }
      const ofRoom = (room: number, contents: string[]) => contents.filter((one) => one.startsWith(`${room}:`));
      const sent = sends.map(({ roomId }, index) => `${roomId}:${index}`);
      for (const room of [1, 2, 3]) expect(ofRoom(room, published)).toEqual(ofRoom(room, sent));
    }),
    { numRuns: 100 },
  );
});
