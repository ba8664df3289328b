import { TIMES } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../test/app.js';
import { databaseKinds } from '../../test/database.js';

describe.each(databaseKinds)('calls on %s', (kind) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ database: kind });
  });
  afterAll(() => app.close());

  /** Ann's room with Bob and Cid; nobody is looking at it. */
  async function room() {
    const [ann, bob, cid] = [await app.client('Ann'), await app.client('Bob'), await app.client('Cid')];
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId, cid.userId] });
    return { ann, bob, cid, roomId };
  }

  test('ring all members, in the room or not, and nobody else', async () => {
    const { ann, bob, cid, roomId } = await room();
    const eve = await app.client('Eve');
    await cid.rooms.enter({ roomId });
    const call = await ann.calls.start({ roomId, callType: 'VIDEO' });
    const { callId, createdAt } = call;
    expect(call).toEqual({
      callId,
      roomId,
      callType: 'VIDEO',
      status: 'RINGING',
      initiatedBy: ann.userId,
      createdAt: expect.any(String),
      answeredAt: null,
      endedAt: null,
      endedBy: null,
      participants: [{ userId: ann.userId, joinedAt: createdAt, leftAt: null }],
    });
    const rung = { callId, callType: 'VIDEO', roomId, seq: 1, initiatedBy: ann.userId, timestamp: createdAt };
    for (const user of [ann, bob, cid]) expect(await user.next('call:initiated')).toEqual(rung);
    // Once each, though Cid is both a member and in the room.
    await ann.calls.end({ callId });
    for (const user of [bob, cid]) await user.next('call:ended');
    expect(cid.inbox.all('call:initiated')).toHaveLength(1);
    await expect(eve.calls.get({ callId })).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'Call not found' });
    expect(eve.inbox.all('call:initiated')).toEqual([]);
  });

  test('one at a time in a room: another is a CONFLICT that names it, also of two at once', async () => {
    const { ann, bob, roomId } = await room();
    const start = () => [ann, bob].map((user) => user.calls.start({ roomId, callType: 'AUDIO' }));
    const outcomes = await Promise.allSettled(start());
    const [{ callId = 0 } = {}] = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value] : [],
    );
    const refused = { code: 'CONFLICT', details: { callId } };
    expect(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))).toMatchObject([
      refused,
    ]);
    expect((await ann.rooms.enter({ roomId })).activeCall).toMatchObject({ callId });
    await ann.calls.answer({ callId }).catch(() => undefined);
    for (const again of start()) await expect(again).rejects.toMatchObject(refused);
    const other = await ann.rooms.create({ name: 'Other' });
    await ann.calls.start({ roomId: other.id, callType: 'AUDIO' });
    await ann.calls.end({ callId });
    expect((await ann.rooms.enter({ roomId })).activeCall).toBeNull();
    expect((await bob.calls.start({ roomId, callType: 'AUDIO' })).callId).not.toBe(callId);
  });

  test('are ONGOING with the first answer; every answer adds a participant, once', async () => {
    const { ann, bob, cid, roomId } = await room();
    const { callId } = await ann.calls.start({ roomId, callType: 'AUDIO' });
    expect(await ann.calls.answer({ callId })).toMatchObject({ status: 'RINGING' });
    const answered = await bob.calls.answer({ callId, roomId });
    expect(answered).toMatchObject({ status: 'ONGOING', answeredAt: expect.any(String) });
    expect(await cid.next('call:answered')).toEqual({
      callId,
      roomId,
      seq: 2,
      answeredBy: bob.userId,
      timestamp: answered.answeredAt,
    });
    expect(await bob.calls.answer({ callId })).toEqual(answered);
    const all = await cid.calls.answer({ callId });
    expect(all.participants.map(({ userId }) => userId)).toEqual([ann, bob, cid].map(({ userId }) => userId));
    expect(all.answeredAt).toBe(answered.answeredAt);
    expect(await cid.next('call:answered')).toMatchObject({ seq: 3, answeredBy: cid.userId });
    await ann.calls.end({ callId });
    await expect(bob.calls.answer({ callId })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('are ended by initiator, participant, owner or admin; twice is the same answer and no further event', async () => {
    const { ann, bob, cid, roomId } = await room();
    const start = async () => (await bob.calls.start({ roomId, callType: 'AUDIO' })).callId;
    const first = await start();
    await expect(cid.calls.end({ callId: first })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await cid.calls.answer({ callId: first });
    const ended = await cid.calls.end({ callId: first });
    expect(ended).toMatchObject({ status: 'ENDED', endedBy: cid.userId, endedAt: expect.any(String) });
    expect(ended.participants.map(({ leftAt }) => leftAt)).toEqual([ended.endedAt, ended.endedAt]);
    expect(await bob.calls.end({ callId: first })).toEqual(ended);
    const payload = { callId: first, roomId, seq: 3, endedBy: cid.userId, reason: 'HANGUP', timestamp: ended.endedAt };
    expect(await ann.next('call:ended')).toEqual(payload);

    const second = await start();
    await ann.calls.end({ callId: second });
    expect(await ann.next('call:ended')).toMatchObject({ callId: second, seq: 5, endedBy: ann.userId });
    const { items } = await cid.calls.list({ roomId, limit: 1 });
    expect(items.map(({ callId }) => callId)).toEqual([second]);
    const { items: rest, nextCursor } = await cid.calls.list({
      roomId,
      cursor: (await cid.calls.list({ roomId, limit: 1 })).nextCursor ?? '',
    });
    expect(rest).toEqual([ended]);
    expect(nextCursor).toBeNull();
  });

  test('that cannot be seen are not there: missing, or in another room than named', async () => {
    const { ann, roomId } = await room();
    const { callId } = await ann.calls.start({ roomId, callType: 'AUDIO' });
    const other = await ann.rooms.create({ name: 'Other' });
    const refs = [{ callId: 999_999_999 }, { callId, roomId: other.id }];
    for (const ref of refs) {
      for (const call of [ann.calls.answer, ann.calls.end, ann.calls.get]) {
        await expect(call(ref)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
    }
  });

  test('that nobody answers are MISSED after 45 s of the database’s time; answered ones are not', async () => {
    const { ann, bob, roomId } = await room();
    const other = await ann.rooms.create({ name: 'Other', memberIds: [bob.userId] });
    const { callId } = await ann.calls.start({ roomId, callType: 'AUDIO' });
    const talk = await ann.calls.start({ roomId: other.id, callType: 'AUDIO' });
    await bob.calls.answer({ callId: talk.callId });
    await app.database.prisma.$executeRaw`
      UPDATE calls SET created_at = created_at - ${TIMES.ringMs + 1_000}::float8 * interval '1 millisecond'`;
    const missed = { callId, roomId, seq: 2, endedBy: null, reason: 'MISSED', timestamp: expect.any(String) };
    for (const user of [ann, bob]) expect(await user.next('call:ended')).toEqual(missed);
    expect(await ann.calls.get({ callId })).toMatchObject({
      status: 'MISSED',
      endedBy: null,
      endedAt: expect.any(String),
    });
    await expect(bob.calls.answer({ callId })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await ann.calls.get({ callId: talk.callId })).toMatchObject({ status: 'ONGOING' });
    expect(await ann.calls.end({ callId })).toMatchObject({ status: 'MISSED' });
  });
});
