import type { Role } from '@dream-studio/contracts';
import { type Clock, isoNow } from '../clock.js';
import type { Context, Handlers } from '../context.js';
import { decodeCursor, encodeCursor, toPage } from '../cursor.js';
import { fail } from '../failure.js';
import { isAdmin } from '../gate.js';
import { type MemberRow, type RoomRow, type State, toMember, userRow } from '../state.js';
import { everyMember, requireActive, requireGroup } from './policy.js';
import { membersOf } from './room.js';

type MemberHandlers = Pick<Handlers, 'member.list' | 'member.add' | 'member.setRole' | 'member.remove'>;

/** A change of membership is told to the room and to the user it is about, who may not be in it. */
const aboutMember = (roomId: number, userId: number) => ({ room: roomId, users: [userId] });

const findMember = (room: RoomRow, userId: number): MemberRow =>
  room.members.get(userId) ?? fail('NOT_FOUND', 'Member not found');

export function createMemberHandlers(state: State, clock: Clock): MemberHandlers {
  return {
    'member.list': ({ access }, { cursor, limit }) => {
      const [after = 0] = cursor ? decodeCursor(cursor, 1) : [];
      const rows = membersOf(state, access.room).filter(({ userId }) => userId > after);
      return toPage(rows, limit, (last) => encodeCursor(last.userId));
    },

    'member.add': (ctx, { roomId, userIds }) => {
      const { room } = ctx.access;
      requireActive(room);
      requireGroup(room);
      const wanted = [...new Set(userIds)].sort((a, b) => a - b);
      const { seq: lastReadSeq } = room;
      for (const userId of wanted) {
        if (room.members.has(userId)) continue;
        userRow(state, userId);
        const row: MemberRow = { userId, role: 'MEMBER', joinedAt: isoNow(clock), lastReadSeq };
        room.members.set(userId, row);
        const { role, joinedAt, user } = toMember(state, roomId, row);
        const fields = { userId, role, by: ctx.identity.userId, joinedAt, user };
        ctx.append(room, 'member:added', fields, aboutMember(roomId, userId));
      }
      return { items: wanted.map((userId) => toMember(state, roomId, findMember(room, userId))) };
    },

    'member.setRole': (ctx, { roomId, userId, role }) => {
      const { room, member: owner } = ctx.access;
      requireActive(room);
      requireGroup(room);
      const member = findMember(room, userId);
      if (member.role === role) return toMember(state, roomId, member);
      if (member === owner) fail('CONFLICT', 'Make someone else the owner first');
      const change = (row: MemberRow, to: Role) => {
        row.role = to;
        const fields = { userId: row.userId, role: to, by: owner.userId };
        ctx.append(room, 'member:role', fields, aboutMember(roomId, row.userId));
      };
      change(member, role);
      if (role === 'OWNER') change(owner, 'ADMIN');
      return toMember(state, roomId, member);
    },

    'member.remove': (ctx, { roomId, userId }) => {
      const { room } = ctx.access;
      requireActive(room);
      requireGroup(room);
      const by = ctx.identity.userId;
      const member = findMember(room, userId);
      requireRemovable(member, by, ctx.access.member.role);
      room.members.delete(userId);
      const { seq } = ctx.append(room, 'member:removed', { userId, by }, aboutMember(roomId, userId));
      if (member.role === 'OWNER') handOver(ctx, room, isoNow(clock));
      return { roomId, userId, seq };
    },
  };
}

/** Owner and admins remove anyone but the owner; everyone may remove themself. */
function requireRemovable(member: MemberRow, by: number, role: Role): void {
  if (member.userId === by) return;
  if (!isAdmin(role)) fail('FORBIDDEN', 'Only the owner and admins may remove members');
  if (member.role === 'OWNER') fail('FORBIDDEN', 'The owner cannot be removed');
}

/** The longest-standing admin takes over, else member; the last one to leave archives the room. */
function handOver(ctx: Context<'member.remove'>, room: RoomRow, archivedAt: string): void {
  const by = ctx.identity.userId;
  const rank = ({ role }: MemberRow) => (role === 'ADMIN' ? 0 : 1);
  const [heir] = [...room.members.values()].sort(
    (a, b) => rank(a) - rank(b) || a.joinedAt.localeCompare(b.joinedAt) || a.userId - b.userId,
  );
  if (heir) {
    heir.role = 'OWNER';
    const fields = { userId: heir.userId, role: heir.role, by };
    ctx.append(room, 'member:role', fields, aboutMember(room.id, heir.userId));
  } else {
    room.archivedAt = archivedAt;
    ctx.append(room, 'room:archived', { by, archivedAt }, everyMember(room.id));
  }
}
