import type { Member, Role, Room } from '@dream-studio/contracts';
import { type Clock, isoNow } from '../clock.js';
import type { Context, Handlers } from '../context.js';
import { decodeCursor, encodeCursor, toPage } from '../cursor.js';
import { fail, failField } from '../failure.js';
import { existing, type MemberRow, type RoomRow, type State, toMember, toRoom, unreadOf, userRow } from '../state.js';
import { everyMember, requireActive, requireGroup } from './policy.js';

type RoomHandlers = Pick<
  Handlers,
  'room.create' | 'room.direct' | 'room.list' | 'room.get' | 'room.update' | 'room.archive' | 'room.markRead'
>;

export interface NewRoom {
  name: string;
  type: Room['type'];
  ownerId: number;
  memberIds: readonly number[];
}

export function createRoomHandlers(state: State, clock: Clock): RoomHandlers {
  const view = (room: RoomRow, userId: number) => toRoom(state, room, existing(room.members, userId));

  return {
    'room.create': (ctx, { name, memberIds, ownerId }) => {
      if (ownerId !== undefined) fail('FORBIDDEN', 'Only service tokens may name the owner');
      const { userId } = ctx.identity;
      const room = openRoom(state, clock, { name, type: 'GROUP', ownerId: userId, memberIds });
      tellFirst(ctx, membersOf(state, room));
      return view(room, userId);
    },

    'room.direct': (ctx, { userId: otherId }) => {
      const { userId } = ctx.identity;
      if (otherId === userId) failField('userId', 'must be someone else');
      const found = findDirect(state, userId, otherId);
      if (found) return view(found, userId);
      const room = openRoom(state, clock, { name: '', type: 'DIRECT', ownerId: userId, memberIds: [otherId] });
      tellFirst(ctx, membersOf(state, room));
      return view(room, userId);
    },

    'room.list': (ctx, { cursor, limit }) => {
      const { userId } = ctx.identity;
      const [activityAt = Number.POSITIVE_INFINITY, id = 0] = cursor ? decodeCursor(cursor, 2) : [];
      const rooms = [...state.rooms.values()]
        .filter((room) => room.members.has(userId))
        .filter((room) => room.activityAt < activityAt || (room.activityAt === activityAt && room.id < id))
        .sort((a, b) => b.activityAt - a.activityAt || b.id - a.id);
      const page = toPage(rooms, limit, (last) => encodeCursor(last.activityAt, last.id));
      return { items: page.items.map((room) => view(room, userId)), nextCursor: page.nextCursor };
    },

    'room.get': ({ identity, access }) => view(access.room, identity.userId),

    'room.update': (ctx, { name }) => {
      const { room } = ctx.access;
      const by = ctx.identity.userId;
      requireActive(room);
      requireGroup(room);
      room.name = name;
      ctx.append(room, 'room:updated', { name, by }, everyMember(room.id));
      return view(room, by);
    },

    'room.archive': (ctx) => {
      const { room } = ctx.access;
      const by = ctx.identity.userId;
      if (!room.archivedAt) {
        requireGroup(room);
        const archivedAt = isoNow(clock);
        room.archivedAt = archivedAt;
        ctx.append(room, 'room:archived', { by, archivedAt }, everyMember(room.id));
      }
      return view(room, by);
    },

    'room.markRead': (ctx, { roomId, seq }) => {
      const { room, member } = ctx.access;
      const { userId } = ctx.identity;
      const to = Math.min(seq, room.seq);
      if (to > member.lastReadSeq) {
        member.lastReadSeq = to;
        ctx.emit('room:read', { room: roomId }, { roomId, userId, seq: to });
      }
      return { seq: member.lastReadSeq, unread: unreadOf(room, member) };
    },
  };
}

/** Each room's log has an epoch of its own, which is no small number. */
const FIRST_EPOCH = 1_000_000;

/** Makes a room with its first members, who are no entries of its log. Ids nobody knows yet become placeholders. */
export function openRoom(state: State, clock: Clock, { name, type, ownerId, memberIds }: NewRoom): RoomRow {
  const createdAt = isoNow(clock);
  const member = (userId: number, role: Role): [number, MemberRow] => [
    userRow(state, userId).id,
    { userId, role, joinedAt: createdAt, lastReadSeq: 0 },
  ];
  const others = [...new Set(memberIds)].filter((userId) => userId !== ownerId);
  const id = state.nextId('room');
  const room: RoomRow = {
    id,
    name,
    type,
    createdBy: ownerId,
    createdAt,
    archivedAt: null,
    seq: 0,
    epoch: FIRST_EPOCH + id,
    activityAt: clock.now(),
    members: new Map([member(ownerId, 'OWNER'), ...others.map((userId) => member(userId, 'MEMBER'))]),
    messages: [],
    log: [],
  };
  state.rooms.set(id, room);
  return room;
}

/** A room's members, by user id. */
export const membersOf = (state: State, room: RoomRow): Member[] =>
  [...room.members.values()].sort((a, b) => a.userId - b.userId).map((member) => toMember(state, room.id, member));

/** The one direct room of two users. */
export const findDirect = (state: State, userId: number, otherId: number): RoomRow | undefined =>
  [...state.rooms.values()].find(
    ({ type, members }) => type === 'DIRECT' && members.has(userId) && members.has(otherId),
  );

/** The first members are told one by one on their own channel. */
export function tellFirst(ctx: Pick<Context<'room.create'>, 'emit' | 'identity'>, members: Member[]): void {
  const by = ctx.identity.userId;
  for (const member of members) ctx.emit('member:added', { users: [member.userId] }, { ...member, seq: 0, by });
}
