import type { Services } from '../core/context.js';
import type { Presence } from '../core/ports.js';
import { createCallService } from '../features/call/call.service.js';
import { createMemberService } from '../features/member/member.service.js';
import { createMessageService } from '../features/message/message.service.js';
import { createMessageWriter } from '../features/message/message-writer.js';
import { createPresenceService } from '../features/presence/presence.service.js';
import { createRoomService } from '../features/room/room.service.js';
import { createViewService } from '../features/room/view.service.js';
import { createSyncService } from '../features/sync/sync.service.js';
import type { Typing } from '../features/typing/typing.service.js';
import { createUserService, type UserServiceDeps } from '../features/user/user.service.js';
import { isUnavailable } from '../infra/prisma/errors.js';
import type { Publishing } from './publishing.js';
import type { Repositories } from './repositories.js';

interface ServicesDeps {
  repositories: Repositories;
  publishing: Pick<Publishing, 'roomLog' | 'turns'>;
  presence: Presence;
  typing: Typing;
  user: Omit<UserServiceDeps, 'users' | 'standings'>;
}

/** The domain: a function for each row of the operation table. */
export function createServices({ repositories, publishing, presence, typing, user }: ServicesDeps): Services {
  const { calls, members, messages, rooms, standings, sync, users } = repositories;
  return {
    ...createRoomService(rooms),
    ...createViewService({ rooms, presence, typing, calls }),
    ...createSyncService(sync),
    ...createMemberService(members, rooms),
    ...createMessageService(messages, createMessageWriter({ ...publishing, append: messages.append, isUnavailable })),
    ...typing.services,
    ...createPresenceService(presence, repositories.presence),
    ...createCallService(calls),
    ...createUserService({ users, standings, ...user }),
  };
}
