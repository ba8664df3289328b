import type { AppRouter, Message } from '@dream-studio/contracts';
import { createTRPCClient, httpLink } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../../test/app.js';
import { databaseKinds } from '../../test/database.js';

/** Sends over each of the three transports. */
function transports(app: TestApp, user: TestClient) {
  const headers = { authorization: `Bearer ${user.token}` };
  const trpc = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${app.url}/trpc`, headers })] });
  const rest = (roomId: number, body: object) =>
    app.http('POST', `/shared/chat/rooms/${roomId}/messages`, { token: user.token, body });
  type Send = (input: { roomId: number; content: string; clientId: string }) => Promise<Message>;
  const socket: Send = (input) => user.messages.create(input);
  const overRest: Send = async ({ roomId, ...body }) => (await rest(roomId, body)).body as Message;
  const overTrpc: Send = (input) => trpc.message.create.mutate(input);
  return { rest, sends: { socket, rest: overRest, trpc: overTrpc } };
}

describe.each(databaseKinds)('a message sent again with its clientId, on %s', (kind) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ database: kind });
  });
  afterAll(() => app.close());

  async function room() {
    const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
    await bob.rooms.enter({ roomId });
    return { ann, bob, roomId };
  }
  const rowsOf = (roomId: number) => app.database.prisma.message.count({ where: { roomId } });

  test('is the first one, over any transport: REST says 201, then 200', async () => {
    const { ann, bob, roomId } = await room();
    const { rest, sends } = transports(app, ann);
    const input = { content: 'once', clientId: 'c:1' };
    const first = await rest(roomId, input);
    expect(first.status).toBe(201);
    for (const send of Object.values(sends)) expect(await send({ roomId, ...input })).toEqual(first.body);
    expect(await rest(roomId, { ...input, content: 'other text' })).toMatchObject({ status: 200, body: first.body });
    const fence = await ann.messages.create({ roomId, content: 'fence' });
    expect(fence.seq).toBe(2);
    await bob.next('message:new', ({ id }) => id === fence.id);
    expect(bob.inbox.all('message:new')).toEqual([first.body, fence]);
    expect(await rowsOf(roomId)).toBe(2);
  });

  test('100 times at once over all transports is one row, one broadcast and one answer', async () => {
    const { ann, bob, roomId } = await room();
    const sends = Object.values(transports(app, ann).sends);
    const input = { roomId, content: 'once', clientId: 'race' };
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => sends[n % sends.length]?.(input)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const fence = await ann.messages.create({ roomId, content: 'fence' });
    expect(fence.seq).toBe(2);
    await bob.next('message:new', ({ id }) => id === fence.id);
    expect(bob.inbox.all('message:new')).toEqual([answers[0], fence]);
    expect(await rowsOf(roomId)).toBe(2);
  });

  test('shows what became of it: edited, deleted', async () => {
    const { ann, roomId } = await room();
    const input = { roomId, content: 'first', clientId: 'c' };
    const { id: messageId } = await ann.messages.create(input);
    await ann.messages.edit({ messageId, content: 'second' });
    expect(await ann.messages.create(input)).toMatchObject({ id: messageId, content: 'second', isEdited: true });
    await ann.messages.delete({ messageId });
    expect(await ann.messages.create(input)).toMatchObject({
      id: messageId,
      content: '',
      deletedAt: expect.any(String),
    });
  });

  test('by someone else, or in another room, is another message', async () => {
    const { ann, bob, roomId } = await room();
    const { id: otherId } = await ann.rooms.create({ name: 'Other' });
    const send = (user: TestClient, id: number) => user.messages.create({ roomId: id, content: 'x', clientId: 'same' });
    const messages = [await send(ann, roomId), await send(bob, roomId), await send(ann, otherId)];
    expect(new Set(messages.map(({ id }) => id)).size).toBe(3);
  });
});

test('a repeat gives its point back: 30 pass a limit of 10, over which a new message does not get', async () => {
  await using app = await startTestApp({ env: { rateLimitFactor: 1 } });
  const ann = await app.client('Ann');
  const { id: roomId } = await ann.rooms.create({ name: 'Team' });
  const first = await ann.messages.create({ roomId, content: 'x', clientId: 'c0' });
  const sends = Object.values(transports(app, ann).sends);
  for (let n = 0; n < 30; n++) {
    expect(await sends[n % sends.length]?.({ roomId, content: 'x', clientId: 'c0' })).toEqual(first);
  }
  for (let n = 1; n < 10; n++) await ann.messages.create({ roomId, content: 'x', clientId: `c${n}` });
  const refused = { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) };
  await expect(ann.messages.create({ roomId, content: 'x', clientId: 'c10' })).rejects.toMatchObject(refused);
});
