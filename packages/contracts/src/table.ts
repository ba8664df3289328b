import { callEvents, callOperations } from './features/call.js';
import { memberEvents, memberOperations } from './features/member.js';
import { messageEvents, messageOperations } from './features/message.js';
import { presenceEvents, presenceOperations } from './features/presence.js';
import { roomEvents, roomOperations } from './features/room.js';
import { syncOperations } from './features/sync.js';
import { typingEvents, typingOperations } from './features/typing.js';
import { userEvents, userOperations } from './features/user.js';

/** Every call a client can make. Transports, documents, SDK and tests are derived from these rows. */
export const operations = {
  ...roomOperations,
  ...syncOperations,
  ...memberOperations,
  ...messageOperations,
  ...typingOperations,
  ...presenceOperations,
  ...callOperations,
  ...userOperations,
};

/** Every event the server sends, but `error`, which has two arguments and is typed in `derive.ts`. */
export const events = {
  ...roomEvents,
  ...memberEvents,
  ...messageEvents,
  ...typingEvents,
  ...presenceEvents,
  ...callEvents,
  ...userEvents,
};
