import { type ChatClient, createChatClient, type OpenSocket } from '@dream-studio/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import { databaseKinds } from '../../apps/server/src/test/database.js';
import { openSocket } from '../../packages/sdk/src/socket.js';

const USERS = [801, 802, 803] as const;
const DEVICES = 2;
const ROOMS = 3;
/** In place of 10 s. */
const BEAT_MS = 400;

const user = fc.nat(USERS.length - 1);
const device = fc.nat(DEVICES - 1);
const room = fc.nat(ROOMS - 1);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), user, room }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), user, room, index: fc.nat(8) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), user, device, room, seq: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('open' as const), user, device, room }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), user, device, room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'add' as const), user, room }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('lossy' as const, 'reconnect' as const), user, device }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The events that tell what is unread: nobody may depend on all of them. */
const COUNTED = new Set(['message:new', 'message:edited', 'message:deleted', 'room:read', 'room:activity']);

/** One person's client, to which events can be lost. */
interface Device {
  readonly userId: number;
  readonly chat: ChatClient;
  readonly open: Map<number, () => void>;
  /** While it is set, nothing counted arrives when it is told first. */
  lossy: boolean;
}

async function connect(app: TestApp, userId: number): Promise<Device> {
  const token = await app.mint(userId, `User ${userId}`);
  const device = { userId, open: new Map<number, () => void>(), lossy: false } as unknown as Device;
  const lost = new Set<string>();
  const losing: OpenSocket = (url, options) => {
    const socket = openSocket(url, options);
    const on = socket.on.bind(socket);
    socket.on = (event, listener) =>
      COUNTED.has(event)
        ? on(event, (payload: object) => {
            const told = JSON.stringify([event, payload]);
            if (device.lossy && !lost.has(told)) lost.add(told);
            else (listener as (one: object) => void)(payload);
          })
        : on(event, listener);
    return socket;
  };
  const chat = createChatClient({ url: app.url, transports: ['websocket'], token, openSocket: losing });
  await chat.connect();
  await chat.roomList.load();
  return Object.assign(device, { chat });
}

/** What each member has not read of each room, counted from the log. */
async function recount(app: TestApp, roomIds: readonly number[]) {
  const { prisma } = app.database;
  const messages = await prisma.message.findMany({ where: { roomId: { in: [...roomIds] } } });
  const members = await prisma.member.findMany({ where: { roomId: { in: [...roomIds] } } });
  return members.map(({ userId, roomId, lastReadSeq }) => ({
    userId: Number(userId),
    roomId: Number(roomId),
    readSeq: Number(lastReadSeq),
    unread: messages.filter(
      (one) => one.roomId === roomId && one.seq > lastReadSeq && one.senderId !== userId && one.deletedAt === null,
    ).length,
  }));
}

describe.each(databaseKinds)('on %s', (database) => {
  test('what each member has not read is what a recount of the log says, on every device, whatever was lost on the way', async () => {
    await using app = await startTestApp({ database, env: { logLevel: 'silent' }, compose: { beatMs: BEAT_MS } });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        const owner = await app.client('Owner', { offline: true });
        const roomIds: number[] = [];
        for (let i = 0; i < ROOMS; i++) {
          roomIds.push((await owner.rooms.create({ name: `Room ${i}`, memberIds: [...USERS] })).id);
        }
        const devices = await Promise.all(
          USERS.flatMap((userId) => Array.from({ length: DEVICES }, () => connect(app, userId))),
        );
        for (const one of steps) {
          await play(one, { owner, devices, roomIds }).catch((error) =>
            expect(error).toMatchObject({ retryable: false }),
          );
        }
        for (const one of devices) one.lossy = false;

        const counted = await recount(app, roomIds);
        for (const { chat, userId } of devices) {
          const own = counted.filter((line) => line.userId === userId);
          const lines = (rooms: readonly { id: number; readSeq: number; unread: number }[]) =>
            rooms
              .filter(({ id }) => roomIds.includes(id))
              .map(({ id, readSeq, unread }) => ({ userId, roomId: id, readSeq, unread }))
              .sort((a, b) => a.roomId - b.roomId);
          const { items } = await chat.rooms.list({ limit: 100 });
          expect(lines(items)).toEqual(own.sort((a, b) => a.roomId - b.roomId));
          await expect.poll(() => lines(chat.roomList.get().rooms), { timeout: 30_000, interval: 50 }).toEqual(own);
        }
        for (const { chat } of devices) chat.close();
      }),
      { numRuns: 15, endOnFailure: true },
    );
  }, 600_000);
});

interface World {
  owner: ChatClient;
  devices: readonly Device[];
  roomIds: readonly number[];
}

async function play(step: Step, { owner, devices, roomIds }: World): Promise<void> {
  const userId = USERS[step.user] as number;
  const mine = devices.filter((one) => one.userId === userId);
  const device = mine['device' in step ? step.device : 0] as Device;
  const roomId = ('room' in step ? roomIds[step.room] : 0) as number;
  switch (step.kind) {
    case 'send':
      return void (await device.chat.messages.create({ roomId, content: 'hello' }));
    case 'delete': {
      const { items } = await owner.messages.list({ roomId, after: 0 });
      const message = items[step.index];
      return void (message && (await owner.messages.delete({ roomId, messageId: message.id })));
    }
    case 'read':
      return void (await device.chat.rooms.markRead({ roomId, seq: step.seq }));
    case 'open':
      if (!device.open.has(roomId)) device.open.set(roomId, device.chat.room(roomId).open());
      return;
    case 'close':
      device.open.get(roomId)?.();
      device.open.delete(roomId);
      return;
    case 'remove':
      return void (await owner.members.remove({ roomId, userId }));
    case 'add':
      return void (await owner.members.add({ roomId, userIds: [userId] }));
    case 'lossy':
      device.lossy = true;
      return;
    case 'reconnect':
      device.chat.close();
      return device.chat.connect();
  }
}
