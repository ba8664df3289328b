import type { Member, Room } from '@dream-studio/sdk';
import { expect, test } from 'vitest';
import { leaveText } from './leave-text';

const room = (fields: Partial<Room>) => ({ memberCount: 2, myRole: 'MEMBER', ...fields }) as Room;
const members = [
  { userId: 1, role: 'OWNER', joinedAt: '2026-11-01T00:00:00.000Z', user: { id: 1, name: 'Ann' } },
  { userId: 2, role: 'MEMBER', joinedAt: '2026-11-02T00:00:00.000Z', user: { id: 2, name: 'Bob' } },
] as Member[];

test('a member may come back', () => {
  expect(leaveText(room({}), members, 2)).toMatch(/^You can come back/);
});

test('an owner hears who the room goes to', () => {
  expect(leaveText(room({ myRole: 'OWNER' }), members, 1)).toContain('It goes to Bob.');
});

test('nobody is named while not all members are known', () => {
  expect(leaveText(room({ myRole: 'OWNER', memberCount: 1_500 }), members, 1)).toContain('the longest');
});

test('the last one hears that it is archived', () => {
  expect(leaveText(room({ myRole: 'OWNER', memberCount: 1 }), members, 1)).toContain('archived');
});
