import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import {
  type Caller,
  call,
  emit,
  names,
  newCaller,
  specOf,
  TRANSPORTS,
  type Transport,
  transportsOf,
} from '../parity/callers.js';
import { sampleOf } from '../parity/samples.js';
import { newWorld, type World } from '../parity/world.js';
import { listen, roomOf } from './support.js';

let app: TestApp;
let ann: Caller;
/** Two rooms of Ann's, each with a message and a call of hers. */
let here: World;
let there: World;

beforeAll(async () => {
  app = await startTestApp();
  ann = await newCaller(app, TRANSPORTS);
  here = await newWorld(app, { owner: ann, author: ann });
  there = await newWorld(app, { owner: ann, author: ann });
});
afterAll(() => app?.close());

const stored = () =>
  app.database.prisma.$queryRaw`
    SELECT (SELECT json_agg(m ORDER BY id) FROM messages m)::text AS messages, (SELECT json_agg(r ORDER BY id) FROM rooms r)::text AS rooms,
      (SELECT json_agg(c ORDER BY id) FROM calls c)::text AS calls, (SELECT count(*)::int FROM room_events) AS events`;

const byRow = names.filter((name) => ['message.visible', 'call.visible'].includes(specOf(name).auth.rule));
const rowsOverAll = byRow.flatMap((name) => transportsOf(name).map((transport) => [name, transport] as const));

test.each(rowsOverAll)('S5: %s over %s does not reach a row through another room', async (name, transport) => {
  const theRow = await sampleOf(name, there, ann);
  const before = await stored();
  for (const roomId of [here.roomId, Number.MAX_SAFE_INTEGER]) {
    // A route without the room's id has no place for it: it goes along in the query or body.
    const answer = await call(app, ann, transport, name, { ...theRow, roomId });
    expect(answer).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  }
  expect(await stored()).toEqual(before);
});

describe('S6: whoever a payload names, the caller is who the token says', () => {
  const SOMEONE = 4_242_424_242;
  const forged = { userId: SOMEONE, senderId: SOMEONE, initiatedBy: SOMEONE, by: SOMEONE, answeredBy: SOMEONE };

  test.each(TRANSPORTS)('over %s', async (transport) => {
    const [alice, bob] = [await newCaller(app, TRANSPORTS), await newCaller(app)];
    const roomId = await roomOf(app, alice, bob);
    const { socket, inbox } = await listen(app.url, bob);
    await emit(socket, 'join_room', { roomId });
    const act = async (name: Parameters<typeof call>[3], input: object, over: Transport = transport) => {
      const answer = await call(app, alice, over, name, { ...input, ...forged });
      if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
      return answer.data as Record<string, never>;
    };
    const overSocket = transport.startsWith('socket') ? transport : 'socket /';

    const message = await act('message.create', { roomId, content: 'hi', sender: { id: SOMEONE } });
    expect(message).toMatchObject({ senderId: alice.userId, sender: { id: alice.userId } });
    expect(await inbox.next('message:new')).toMatchObject({ senderId: alice.userId });
    await act('typing.start', { roomId }, overSocket);
    expect((await inbox.next('user:typing')).userId).toBe(alice.userId);
    const ringing = await act('call.start', { roomId, callType: 'AUDIO' });
    expect(ringing).toMatchObject({ initiatedBy: alice.userId, participants: [{ userId: alice.userId }] });
    expect((await inbox.next('call:initiated')).initiatedBy).toBe(alice.userId);
    await act('call.end', { callId: ringing.callId, endedBy: SOMEONE });
    expect((await inbox.next('call:ended')).endedBy).toBe(alice.userId);
    await act('message.delete', { messageId: message.id, roomId, deletedBy: SOMEONE });
    expect((await inbox.next('message:deleted')).deletedBy).toBe(alice.userId);
    await act('room.markRead', { roomId, seq: 1 });
    expect((await inbox.next('room:read')).userId).toBe(alice.userId);
    expect(JSON.stringify(inbox.received)).not.toContain(`:${SOMEONE},`);
    socket.disconnect();
  });
});
