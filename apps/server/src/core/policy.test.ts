import type { Auth, Role } from '@dream-studio/contracts';
import { describe, expect, test, vi } from 'vitest';
import type { RoomAccess } from './context.js';
import { actsAsOwner, authorize, isAdmin, limitFor, type Visitor } from './policy.js';

/** Reads the same access for whatever is asked, and keeps what was asked. */
const readerOf = (access: RoomAccess | null) => ({
  byRoom: vi.fn(async () => access),
  byMessage: vi.fn(async () => access),
  byCall: vi.fn(async () => access),
  exists: vi.fn(async (roomId: number) => roomId === 5),
});
const user = (userId: number): Visitor => ({ userId, isService: false });
const SERVICE: Visitor = { userId: 99, isService: true };
const inRoom5 = (role: Role): RoomAccess => ({ roomId: 5, role });

test.each(['anyone', 'user'] as const)('%s: asks nothing of the database', async (rule) => {
  const reader = readerOf(null);
  expect(await authorize({ auth: { rule } }, user(1), {}, reader)).toBeNull();
  expect(reader.byRoom).not.toHaveBeenCalled();
});

describe.each([
  ['room.member', ['OWNER', 'ADMIN', 'MEMBER']],
  ['room.admin', ['OWNER', 'ADMIN']],
  ['room.owner', ['OWNER']],
] as const)('%s', (rule, allowed: readonly Role[]) => {
  const auth: Auth = { rule, subject: 'roomId' };

  test.each(['OWNER', 'ADMIN', 'MEMBER'] as const)('decides on %s', async (role) => {
    const answer = authorize({ auth }, user(1), { roomId: 5 }, readerOf(inRoom5(role)));
    if (allowed.includes(role)) expect(await answer).toEqual(inRoom5(role));
    else await expect(answer).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test("is NOT_A_MEMBER, with the seed's text, for anyone else", async () => {
    const answer = authorize({ auth }, user(1), { roomId: 5 }, readerOf(null));
    await expect(answer).rejects.toMatchObject({ code: 'NOT_A_MEMBER', message: 'Not a member of this room' });
  });

  test('asks about the calling user and the room named', async () => {
    const reader = readerOf(inRoom5('OWNER'));
    await authorize({ auth }, user(7), { roomId: 5 }, reader);
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
    expect(await authorize({ auth }, user(7), { [subject]: 9 }, reader)).toEqual(inRoom5('MEMBER'));
    expect(await authorize({ auth }, user(7), { [subject]: 9, roomId: 5 }, reader)).toEqual(inRoom5('MEMBER'));
    expect(reader[read]).toHaveBeenCalledWith(7, 9);
  });

  test('is NOT_FOUND for a row not to be seen, and alike for one of another room than named', async () => {
    const refused = { code: 'NOT_FOUND', message: text };
    await expect(authorize({ auth }, user(7), { [subject]: 9 }, readerOf(null))).rejects.toMatchObject(refused);
    const elsewhere = authorize({ auth }, user(7), { [subject]: 9, roomId: 6 }, readerOf(inRoom5('OWNER')));
    await expect(elsewhere).rejects.toMatchObject(refused);
  });
});

test('owners and admins are admins', () => {
  expect((['OWNER', 'ADMIN', 'MEMBER', null] as const).map(isAdmin)).toEqual([true, true, false, false]);
});

describe('a service token', () => {
  const auth: Auth = { rule: 'room.owner', subject: 'roomId' };

  test('is the owner of any room on a row for services, member or not; a missing room answers it as anyone', async () => {
    for (const access of [null, inRoom5('MEMBER')]) {
      expect(await authorize({ auth, service: true }, SERVICE, { roomId: 5 }, readerOf(access))).toEqual(
        inRoom5('OWNER'),
      );
    }
    const missing = authorize({ auth, service: true }, SERVICE, { roomId: 6 }, readerOf(null));
    await expect(missing).rejects.toMatchObject({ code: 'NOT_A_MEMBER', message: 'Not a member of this room' });
  });

  test('is anyone on other rows', async () => {
    const stranger = authorize({ auth }, SERVICE, { roomId: 5 }, readerOf(null));
    await expect(stranger).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    await expect(authorize({ auth }, SERVICE, { roomId: 5 }, readerOf(inRoom5('MEMBER')))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('alone passes the rule `service`; a row for services opens nothing to others', async () => {
    expect(await authorize({ auth: { rule: 'service' } }, SERVICE, {}, readerOf(null))).toBeNull();
    await expect(authorize({ auth: { rule: 'service' } }, user(1), {}, readerOf(null))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const other = authorize({ auth, service: true }, user(1), { roomId: 5 }, readerOf(null));
    await expect(other).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    expect(actsAsOwner({ service: true }, null)).toBe(false);
  });

  test('pays its own limit on rows for services', () => {
    expect(limitFor({ limit: 'read', service: true }, SERVICE)).toBe('service');
    expect(limitFor({ limit: 'read' }, SERVICE)).toBe('read');
    expect(limitFor({ limit: 'read', service: true }, user(1))).toBe('read');
  });
});
