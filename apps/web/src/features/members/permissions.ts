import type { Room } from '@dream-studio/sdk';

/** Whether the user may change the room and who is in it. The server decides; this only spares a refusal. */
export const mayManage = (room: Room): boolean =>
  room.type === 'GROUP' && room.myRole !== 'MEMBER' && room.archivedAt === null;

export const mayInvite = mayManage;

export const mayArchive = (room: Room): boolean => mayManage(room) && room.myRole === 'OWNER';
