import type { Env } from '../env.js';
import { createCallRepository } from '../features/call/call.repository.js';
import { createAccessRepository } from '../features/member/access.repository.js';
import { createMemberRepository } from '../features/member/member.repository.js';
import { createMessageRepository } from '../features/message/message.repository.js';
import { createPresenceRepository } from '../features/presence/presence.repository.js';
import { createActivityRepository } from '../features/room/activity.repository.js';
import { createRoomRepository } from '../features/room/room.repository.js';
import { createRetentionRepository } from '../features/sync/retention.repository.js';
import { createSyncRepository } from '../features/sync/sync.repository.js';
import { createStandingRepository } from '../features/user/standing.repository.js';
import { createUserRepository } from '../features/user/user.repository.js';
import type { Database } from '../infra/prisma/database.js';

export type Repositories = ReturnType<typeof createRepositories>;

/** All of the database that the rest of the server sees, but for the log of rooms, which also publishes. */
export function createRepositories(database: Database, { roomLog }: Pick<Env, 'roomLog'>) {
  const { prisma } = database;
  return {
    access: createAccessRepository(database),
    activity: createActivityRepository(prisma),
    calls: createCallRepository(database),
    members: createMemberRepository(prisma),
    messages: createMessageRepository(database),
    presence: createPresenceRepository(prisma),
    retention: createRetentionRepository(prisma, roomLog),
    rooms: createRoomRepository(prisma),
    standings: createStandingRepository(database),
    sync: createSyncRepository(database, roomLog),
    users: createUserRepository(database),
  };
}
