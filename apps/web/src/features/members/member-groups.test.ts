import type { Member } from '@dream-studio/sdk';
import { describe, expect, test } from 'vitest';
import { memberRows, successor } from './member-groups';

const member = (userId: number, name: string, role: Member['role'] = 'MEMBER', day = 1): Member => ({
  userId,
  roomId: 1,
  role,
  joinedAt: `2026-11-0${day}T12:00:00.000Z`,
  user: { id: userId, name, picture: null },
});

const ann = member(1, 'Ann', 'OWNER', 1);
const bob = member(2, 'bob', 'MEMBER', 3);
const cem = member(3, 'Cem', 'ADMIN', 5);
const dora = member(4, 'Dora', 'MEMBER', 2);

const lines = (online: number[], query = '') =>
  memberRows([ann, bob, cem, dora], new Set(online), query).map((row) =>
    row.kind === 'group' ? `${row.title} ${row.count}` : row.member.user.name,
  );

describe('members in groups', () => {
  test('those online come first, by role and then by name', () => {
    expect(lines([2, 3])).toEqual(['Online 2', 'Cem', 'bob', 'Offline 2', 'Ann', 'Dora']);
  });

  test('a group without members has no heading', () => {
    expect(lines([1, 2, 3, 4])).toEqual(['Online 4', 'Ann', 'Cem', 'bob', 'Dora']);
    expect(lines([2], 'BO')).toEqual(['Online 1', 'bob']);
    expect(lines([2], 'nobody')).toEqual([]);
  });
});

describe('who a room is handed to', () => {
  test('is the admin who is in it the longest', () => {
    expect(successor([ann, bob, cem, dora], 1)?.user.name).toBe('Cem');
    expect(successor([ann, cem, member(5, 'Eve', 'ADMIN', 4)], 1)?.user.name).toBe('Eve');
  });

  test('else the member who is, else nobody', () => {
    expect(successor([ann, bob, dora], 1)?.user.name).toBe('Dora');
    expect(successor([ann], 1)).toBeNull();
  });
});
