/** Names of Socket.IO rooms, as the seed has them. Nothing else makes one. */
export const roomKey = (roomId: number): string => `room:${roomId}`;
export const userKey = (userId: number): string => `user:${userId}`;
