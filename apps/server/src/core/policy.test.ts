import type { Auth, Role } from '@dream-studio/contracts';
import { describe, expect, test, vi } from 'vitest';
import type { RoomAccess } from './context.js';
import { authorize, isAdmin, limitFor } from './policy.js';

/** Reads the same access for whatever is asked, and keeps what was asked. */
const readerOf = (access: RoomAccess | null) => ({
  byRoom: vi.fn(async () => access),
  byMessage: vi.fn(async () => access),
  byCall: vi.fn(async () => access),
  exists: vi.fn(async () => access !== null),
});
const ann = { userId: 7, isService: false };
const backend = { userId: 7, isService: true };
const inRoom5 = (role: Role): RoomAccess => ({ roomId: 5, role });

test.each(['anyone', 'user'] as const)('%s: asks nothing of the database', async (rule) => {
  const reader = readerOf(null);
  expect(await authorize({ auth: { rule } }, ann, {}, reader)).toBeNull();
  expect(reader.byRoom).not.toHaveBeenCalled();
});

describe.each([
  ['room.member', ['OWNER', 'ADMIN', 'MEMBER']],
  ['room.admin', ['OWNER', 'ADMIN']],
  ['room.owner', ['OWNER']],
] as const)('%s', (rule, allowed: readonly Role[]) => {
  const auth: Auth = { rule, subject: 'roomId' };

  test.each(['OWNER', 'ADMIN', 'MEMBER'] as const)('decides on %s', async (role) => {
    const answer = authorize({ auth }, ann, { roomId: 5 }, readerOf(inRoom5(role)));
    if (allowed.includes(role)) expect(await answer).toEqual(inRoom5(role));
    else await expect(answer).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test("is NOT_A_MEMBER, with the seed's text, for anyone else", async () => {
    const answer = authorize({ auth }, ann, { roomId: 5 }, readerOf(null));
    await expect(answer).rejects.toMatchObject({ code: 'NOT_A_MEMBER', message: 'Not a member of this room' });
  });

  test('asks about the calling user and the room named', async () => {
    const reader = readerOf(inRoom5('OWNER'));
    await authorize({ auth }, ann, { roomId: 5 }, reader);
    expect(reader.byRoom).toHaveBeenCalledExactlyOnceWith(7, 5);
  });
});

describe.each([
  ['message.visible', 'messageId', 'byMessage', 'Message not found'],
  ['call.visible', 'callId', 'byCall', 'Call not found'],
] as const)('%s', (rule, subject, read, text) => {
  const auth: Auth = { rule, subject };

  test('lets any member of the row’s room through', async () => {
    const reader = readerOf(inRoom5('MEMBER'));
    expect(await authorize({ auth }, ann, { [subject]: 9 }, reader)).toEqual(inRoom5('MEMBER'));
    expect(await authorize({ auth }, ann, { [subject]: 9, roomId: 5 }, reader)).toEqual(inRoom5('MEMBER'));
    expect(reader[read]).toHaveBeenCalledWith(7, 9);
  });

  test('is NOT_FOUND for a row not to be seen, and alike for one of another room than named', async () => {
    const refused = { code: 'NOT_FOUND', message: text };
    await expect(authorize({ auth }, ann, { [subject]: 9 }, readerOf(null))).rejects.toMatchObject(refused);
    const elsewhere = authorize({ auth }, ann, { [subject]: 9, roomId: 6 }, readerOf(inRoom5('OWNER')));
    await expect(elsewhere).rejects.toMatchObject(refused);
  });
});

test('owners and admins are admins', () => {
  expect((['OWNER', 'ADMIN', 'MEMBER', null] as const).map(isAdmin)).toEqual([true, true, false, false]);
});

describe('a row for services', () => {
  const auth: Auth = { rule: 'room.owner', subject: 'roomId' };

  test('lets a service token into any room there is, as its owner, and asks for no membership', async () => {
    const reader = readerOf(inRoom5('MEMBER'));
    expect(await authorize({ auth, service: true }, backend, { roomId: 5 }, reader)).toEqual(inRoom5('OWNER'));
    expect(reader.exists).toHaveBeenCalledExactlyOnceWith(5);
    expect(reader.byRoom).not.toHaveBeenCalled();
  });

  test('answers it as anyone about a room that is not there', async () => {
    const answer = authorize({ auth, service: true }, backend, { roomId: 5 }, readerOf(null));
    await expect(answer).rejects.toMatchObject({ code: 'NOT_A_MEMBER', message: 'Not a member of this room' });
  });

  test('is for nobody else, and other rows are not for services', async () => {
    const member = () => readerOf(inRoom5('MEMBER'));
    const isRefused = { code: 'FORBIDDEN' };
    await expect(authorize({ auth, service: true }, ann, { roomId: 5 }, member())).rejects.toMatchObject(isRefused);
    await expect(authorize({ auth }, backend, { roomId: 5 }, member())).rejects.toMatchObject(isRefused);
    expect(limitFor({ limit: 'read', service: true }, ann)).toBe('read');
    expect(limitFor({ limit: 'read' }, backend)).toBe('read');
    expect(limitFor({ limit: 'read', service: true }, backend)).toBe('service');
  });
});

test('service: for service tokens alone', async () => {
  expect(await authorize({ auth: { rule: 'service' } }, backend, {}, readerOf(null))).toBeNull();
  await expect(authorize({ auth: { rule: 'service' } }, ann, {}, readerOf(null))).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: 'Only service tokens may do this',
  });
});
