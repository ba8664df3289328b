import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../../apps/server/src/test/app.js';
import { databaseKinds } from '../../apps/server/src/test/database.js';

/** What one of the senders does next. Refusals (a message gone, a call running) are part of the game. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('socket', 'rest', 'trpc') },
  { weight: 4, arbitrary: fc.constantFrom('edit', 'delete', 'add', 'remove', 'role', 'rename', 'call', 'end') },
);
const plans = fc.array(fc.array(step, { minLength: 4, maxLength: 10 }), { minLength: 3, maxLength: 5 });

type Step = 'socket' | 'rest' | 'trpc' | 'edit' | 'delete' | 'add' | 'remove' | 'role' | 'rename' | 'call' | 'end';

interface Player {
  app: TestApp;
  client: TestClient;
  roomId: number;
  guestId: number;
  acked: number[];
}

/** Runs one step; returns nothing, since what counts is the log. A refusal must be one of the contract. */
async function play({ app, client, roomId, guestId, acked }: Player, kind: Step, index: number): Promise<void> {
  const content = `${client.userId} ${index} ${kind}`;
  const mine = acked.at(-1) ?? 2 ** 40;
  const refusable = (call: Promise<unknown>) => call.then(undefined, (error) => expect(error).toHaveProperty('code'));
  switch (kind) {
    case 'socket':
      acked.push((await client.messages.create({ roomId, content })).id);
      return;
    case 'rest':
    case 'trpc': {
      const path = kind === 'rest' ? `/shared/chat/rooms/${roomId}/messages` : '/trpc/message.create';
      const body = kind === 'rest' ? { content } : { content, roomId };
      const answer = await app.http('POST', path, { token: client.token, body });
      const data = answer.body as { id?: number; result?: { data: { id: number } } };
      acked.push(data.id ?? (data.result?.data.id as number));
      return;
    }
    case 'edit':
      return refusable(client.messages.edit({ messageId: mine, content: `${content}!` })) as Promise<void>;
    case 'delete':
      return refusable(client.messages.delete({ messageId: mine })) as Promise<void>;
    case 'add':
      return refusable(client.members.add({ roomId, userIds: [guestId + index] })) as Promise<void>;
    case 'remove':
      return refusable(client.members.remove({ roomId, userId: guestId + index - 1 })) as Promise<void>;
    case 'role':
      return refusable(client.members.setRole({ roomId, userId: guestId + index - 1, role: 'ADMIN' })) as Promise<void>;
    case 'rename':
      return refusable(client.rooms.update({ roomId, name: content })) as Promise<void>;
    case 'call':
      return refusable(client.calls.start({ roomId, callType: 'AUDIO' })) as Promise<void>;
    case 'end': {
      const { items } = await client.calls.list({ roomId, limit: 1 });
      return refusable(client.calls.end({ callId: items[0]?.callId ?? 2 ** 40 })) as Promise<void>;
    }
  }
}

interface LogRow {
  seq: number;
  event: string;
  payload: Record<string, unknown>;
}

/** The room's log as the database has it: messages and other entries, by `seq`. */
async function readLog(app: TestApp, roomId: number): Promise<{ top: number; rows: LogRow[] }> {
  const { prisma } = app.database;
  const room = await prisma.room.findUniqueOrThrow({ where: { id: roomId } });
  const messages = await prisma.message.findMany({ where: { roomId } });
  const events = await prisma.roomEvent.findMany({ where: { roomId } });
  const rows = [
    ...messages.map(({ id, seq }) => ({ seq: Number(seq), event: 'message:new', payload: { id: Number(id) } })),
    ...events.map(({ seq, event, payload }) => ({ seq: Number(seq), event, payload: payload as LogRow['payload'] })),
  ].sort((a, b) => a.seq - b.seq);
  return { top: Number(room.seq), rows };
}

/** Ids of users nobody knows: added and removed as members. */
const firstGuest = 500_000;

describe.each(databaseKinds)('a room’s log on %s', (database) => {
  test('numbers everything durable 1..n without a hole, and publishes it in that order, under any mix of calls at once', async () => {
    await using app = await startTestApp({ database });
    await fc.assert(
      fc.asyncProperty(plans, async (steps) => {
        const owner = await app.client('Owner');
        const players = await Promise.all(steps.map((_, i) => app.client(`Player ${i}`)));
        const listener = await app.client('Listener');
        const everyone = [...players, listener].map(({ userId }) => userId);
        const { id: roomId } = await owner.rooms.create({ name: 'Room', memberIds: everyone });
        for (const { userId } of players) await owner.members.setRole({ roomId, userId, role: 'ADMIN' });
        const { seq: before } = await listener.rooms.enter({ roomId });

        const acked = await Promise.all(
          players.map(async (client, p) => {
            const player: Player = { app, client, roomId, guestId: firstGuest + p * 100, acked: [] };
            for (const [index, kind] of (steps[p] as Step[]).entries()) await play(player, kind, index);
            return player.acked;
          }),
        );

        const { top, rows } = await readLog(app, roomId);
        expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: top }, (_, i) => i + 1));
        const stored = rows.filter(({ event }) => event === 'message:new').map(({ payload }) => payload.id);
        expect(stored.sort()).toEqual(acked.flat().sort());

        // What came before the listener entered, such as the room's creation, is not counted: it would stand for a lost one.
        const seqOf = ({ payload }: { payload: unknown }) => (payload as { seq?: number }).seq ?? 0;
        const heard = () => listener.inbox.received.filter((entry) => seqOf(entry) > before);
        await expect.poll(() => heard().length >= top - before, { timeout: 20_000 }).toBe(true);
        expect(heard().map(seqOf)).toEqual(Array.from({ length: top - before }, (_, i) => before + i + 1));
        for (const [i, { event, payload }] of rows.slice(before).entries()) {
          const told = heard()[i];
          expect(told?.event).toBe(event);
          if (event === 'message:new') expect(told?.payload).toMatchObject(payload);
          else expect(told?.payload).toEqual(payload);
        }
        for (const client of [owner, listener, ...players]) client.close();
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});
