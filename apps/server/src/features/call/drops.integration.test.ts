import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATIENCE_MS, startTestApp, type TestApp } from '../../test/app.js';
import { composeOn } from '../../test/composed-app.js';
import { databaseKinds, openTestDatabase } from '../../test/database.js';

describe.each(databaseKinds)('someone without a connection, on %s,', (kind) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ database: kind });
  });
  afterAll(() => app.close());

  const talk = async () => {
    const [ann, bob, cid] = [await app.client('Ann'), await app.client('Bob'), await app.client('Cid')];
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId, cid.userId] });
    const { callId } = await ann.calls.start({ roomId, callType: 'AUDIO' });
    await bob.calls.answer({ callId });
    return { ann, bob, cid, roomId, callId };
  };

  test('is out of the call after some seconds, and may come back', async () => {
    const { ann, bob, cid, roomId, callId } = await talk();
    bob.close();
    const left = await cid.next('call:left');
    expect(left).toEqual({ callId, roomId, seq: 3, userId: bob.userId, timestamp: expect.any(String) });
    const [, seat] = (await ann.calls.get({ callId })).participants;
    expect(seat).toEqual({ userId: bob.userId, joinedAt: expect.any(String), leftAt: left.timestamp });
    await bob.connect();
    const back = await bob.calls.answer({ callId });
    expect(back.participants.at(-1)).toEqual({ userId: bob.userId, joinedAt: expect.any(String), leftAt: null });
    expect(await cid.next('call:answered', ({ seq }) => seq === 4)).toMatchObject({ answeredBy: bob.userId });
  });

  test('stays in it when another socket of theirs is there, or comes in time', async () => {
    const { ann, bob, cid, callId } = await talk();
    const second = await app.client('Bob', { userId: bob.userId });
    bob.close();
    ann.close();
    await ann.connect();
    // Whoever goes last is out first if the others were not kept.
    await cid.calls.answer({ callId });
    cid.close();
    const { userId } = await second.next('call:left');
    expect(userId).toBe(cid.userId);
    const { participants } = await second.calls.get({ callId });
    expect(participants.filter(({ leftAt }) => leftAt === null).map((one) => one.userId)).toEqual([
      ann.userId,
      bob.userId,
    ]);
  });

  test('who was the last one in it, ends it', async () => {
    const { ann, bob, cid, callId } = await talk();
    for (const one of [ann, bob]) one.close();
    expect(await cid.next('call:ended')).toMatchObject({ callId, endedBy: null, reason: 'ABANDONED' });
    expect(await cid.calls.get({ callId })).toMatchObject({ status: 'ENDED', endedBy: null });
  });

  test('who rings and goes, rings no more', async () => {
    const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
    const { callId } = await ann.calls.start({ roomId, callType: 'AUDIO' });
    ann.close();
    expect(await bob.next('call:ended')).toMatchObject({ callId, endedBy: null, reason: 'MISSED' });
    expect(await bob.calls.get({ callId })).toMatchObject({ status: 'MISSED' });
  });
});

test('after a restart of the server, those who do not come back are out of their calls', async () => {
  await using database = await openTestDatabase('pglite');
  const before = await composeOn(database);
  const [ann, bob] = [await before.client(1), await before.client(2)];
  const { id: roomId } = await ann.chat.rooms.create({ name: 'Team', memberIds: [2] });
  const { callId } = await ann.chat.calls.start({ roomId, callType: 'AUDIO' });
  await bob.chat.calls.answer({ callId });
  for (const { chat } of [ann, bob]) chat.close();
  await before.close();

  const after = await composeOn(database);
  const { chat: again } = await after.client(1);
  const present = async () =>
    (await again.calls.get({ callId })).participants
      .filter(({ leftAt }) => leftAt === null)
      .map(({ userId }) => userId);
  expect(await present()).toEqual([1, 2]);
  await expect.poll(present, { timeout: 2 * PATIENCE_MS }).toEqual([1]);
  again.close();
  await after.close();
});
