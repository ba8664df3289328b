import type { Member } from '@dream-studio/contracts';
import type { Services } from '../../core/context.js';
import { decodeCursor, encodeCursor, toPage } from '../../core/cursor.js';
import { fail } from '../../core/errors.js';
import type { RoomTransaction, Transaction } from '../../core/ports.js';
import { requireActive, requireGroup } from '../room/room.policy.js';
import type { RoomService } from '../room/room.service.js';
import { requireRemovable } from './member.policy.js';
import type { MemberRepository } from './member.repository.js';

type MemberServices = Pick<Services, 'member.list' | 'member.add' | 'member.setRole' | 'member.remove'>;

export function createMemberService(members: MemberRepository, rooms: Pick<RoomService, 'archive'>): MemberServices {
  return {
    'member.list': async (_ctx, { roomId, cursor, limit }) => {
      const [after] = cursor ? decodeCursor(cursor, 1) : [0];
      const rows = await members.list(roomId, after ?? 0, limit + 1);
      return toPage(rows, limit, (last) => encodeCursor(last.userId));
    },

    'member.add': (ctx, { roomId, userIds }) =>
      ctx.write(roomId, async ({ tx, room, append }) => {
        requireActive(room);
        requireGroup(room);
        const wanted = [...new Set(userIds)];
        const present = new Set((await members.find(tx, roomId, wanted)).map((member) => member.userId));
        const isNew = (userId: number) => !present.has(userId);
        await members.add(tx, roomId, wanted.filter(isNew));
        const items = await members.find(tx, roomId, wanted);
        for (const { userId, role, joinedAt, user } of items.filter((member) => isNew(member.userId))) {
          const by = ctx.identity.userId;
          append('member:added', { userId, role, by, joinedAt, user });
        }
        return { items };
      }),

    'member.setRole': (ctx, { roomId, userId, role }) =>
      ctx.write(roomId, async ({ tx, room, append }) => {
        requireActive(room);
        requireGroup(room);
        const by = ctx.identity.userId;
        const member = await findMember(members, tx, roomId, userId);
        if (member.role === role) return member;
        if (member.role === 'OWNER') fail('CONFLICT', 'Make someone else the owner first');
        const change = async (who: number, to: Member['role']) => {
          await members.setRole(tx, roomId, who, to);
          append('member:role', { userId: who, role: to, by });
        };
        const formerOwner = role === 'OWNER' ? await members.owner(tx, roomId) : null;
        await change(userId, role);
        if (formerOwner !== null) await change(formerOwner, 'ADMIN');
        return { ...member, role };
      }),

    'member.remove': (ctx, { roomId, userId }) =>
      ctx.write(roomId, async (transaction) => {
        const { tx, room, append } = transaction;
        requireActive(room);
        requireGroup(room);
        const by = ctx.identity.userId;
        const member = await findMember(members, tx, roomId, userId);
        requireRemovable(member, by, room.role);
        await members.remove(tx, roomId, userId);
        const { seq } = append('member:removed', { userId, by });
        if (member.role === 'OWNER') await handOver(transaction, by);
        return { roomId, userId, seq };
      }),
  };

  /** A room is never without an owner: the last one to leave archives it. */
  async function handOver({ tx, room, append }: RoomTransaction<'member:role' | 'room:archived'>, by: number) {
    const heir = await members.heir(tx, room.id);
    if (heir === null) {
      await rooms.archive(tx, room);
      append('room:archived', { by, archivedAt: room.now.toISOString() });
    } else {
      await members.setRole(tx, room.id, heir, 'OWNER');
      append('member:role', { userId: heir, role: 'OWNER', by });
    }
  }
}

async function findMember(members: MemberRepository, tx: Transaction, roomId: number, userId: number): Promise<Member> {
  const [member] = await members.find(tx, roomId, [userId]);
  return member ?? fail('NOT_FOUND', 'Member not found');
}
