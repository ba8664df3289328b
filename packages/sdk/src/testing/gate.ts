import type { Auth, Role } from '@dream-studio/contracts';
import type { RoomAccess } from './context.js';
import { fail } from './failure.js';
import type { State } from './state.js';

/** Owner or admin. */
export const isAdmin = (role: Role): boolean => role === 'OWNER' || role === 'ADMIN';

/** What a service alone may do. */
export const refuseService = (): never => fail('FORBIDDEN', 'Only service tokens may do this');

/** May this user make this call? Throws what the rule says; null for a rule that is about no room. */
export function authorize(state: State, auth: Auth, userId: number, input: Record<string, unknown>): RoomAccess | null {
  // Nobody's token is one of the host app's backend here.
  if (auth.rule === 'service') refuseService();
  if (!('subject' in auth)) return null;
  const subject = input[auth.subject] as number;
  const inRoom = (roomId: number | undefined): RoomAccess | null => {
    const room = roomId === undefined ? undefined : state.rooms.get(roomId);
    const member = room?.members.get(userId);
    return room && member ? { room, member } : null;
  };
  // A row of another room than the one named along with it is as good as missing.
  const sameRoom = (access: RoomAccess | null) =>
    access && (input.roomId === undefined || input.roomId === access.room.id) ? access : null;

  switch (auth.rule) {
    case 'message.visible':
      return sameRoom(inRoom(state.messages.get(subject)?.roomId)) ?? fail('NOT_FOUND', 'Message not found');
    case 'call.visible':
      return sameRoom(inRoom(state.calls.get(subject)?.roomId)) ?? fail('NOT_FOUND', 'Call not found');
    default: {
      const access = inRoom(subject) ?? fail('NOT_A_MEMBER');
      const { role } = access.member;
      if (auth.rule === 'room.owner' && role !== 'OWNER') fail('FORBIDDEN', 'Only the owner may do this');
      if (auth.rule === 'room.admin' && !isAdmin(role)) fail('FORBIDDEN', 'Only the owner and admins may do this');
      return access;
    }
  }
}
