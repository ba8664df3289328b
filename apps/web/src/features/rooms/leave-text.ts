import type { Member, Room } from '@dream-studio/sdk';
import { successor } from '@/features/members/member-groups';

/** What leaving a room means: for oneself, and for the room where one owns it. */
export function leaveText(room: Room, members: readonly Member[], userId: number): string {
  const back = 'You can come back when someone invites you again.';
  if (room.memberCount <= 1) return 'You are the last one here: the room is archived when you leave.';
  if (room.myRole !== 'OWNER') return back;
  // Who it goes to is known only with all members at hand.
  const next = members.length === room.memberCount ? successor(members, userId)?.user.name : undefined;
  return `You own this room. It goes to ${next ?? 'whoever has been an admin, or else a member, the longest'}. ${back}`;
}
