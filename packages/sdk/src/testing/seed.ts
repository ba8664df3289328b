import { MessageSchema, type Room } from '@dream-studio/contracts';
import type { Clock } from './clock.js';
import type { Hub } from './hub.js';
import { addMessage } from './services/message.js';
import { membersOf, openRoom } from './services/room.js';
import { existing, type State, toMessage, toRoom } from './state.js';
import type { RoomSeed } from './types.js';

/** Writes a room and what was said in it; then its members are told of it, as of any new room. */
export function seedRoom({ state, clock, hub }: { state: State; clock: Clock; hub: Hub }, seed: RoomSeed): Room {
  const [ownerId, ...memberIds] = seed.members;
  if (ownerId === undefined) throw new Error('a room needs a member');
  const name = seed.name ?? `Room ${state.rooms.size + 1}`;
  const room = openRoom(state, clock, { name, type: seed.type ?? 'GROUP', ownerId, memberIds });
  for (const userId of seed.admins ?? []) existing(room.members, userId).role = 'ADMIN';
  for (const { from, content, type = 'TEXT', fileUrl, at } of seed.messages ?? []) {
    existing(room.members, from);
    const time = at === undefined ? clock.now() : new Date(at).getTime();
    MessageSchema.parse(toMessage(state, addMessage(state, room, from, { content, type, fileUrl }, time)));
  }
  for (const userId of seed.readBy ?? []) existing(room.members, userId).lastReadSeq = room.seq;
  for (const member of membersOf(state, room)) {
    const payload = { ...member, seq: 0, by: ownerId };
    hub.publish([{ event: 'member:added', audience: { users: [member.userId] }, payload }]);
  }
  return toRoom(state, room, existing(room.members, ownerId));
}
