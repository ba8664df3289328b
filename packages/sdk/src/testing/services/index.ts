import type { Clock } from '../clock.js';
import type { Handlers } from '../context.js';
import type { Hub } from '../hub.js';
import type { Presence } from '../presence.js';
import type { State } from '../state.js';
import type { Tokens } from '../tokens.js';
import { createCallHandlers } from './call.js';
import { createMemberHandlers } from './member.js';
import { createMessageHandlers } from './message.js';
import { createRoomHandlers } from './room.js';
import { createSyncHandlers } from './sync.js';
import type { Typing } from './typing.js';
import { createUserHandlers } from './user.js';
import { createPresenceHandlers, createViewHandlers } from './view.js';

export interface HandlerDeps {
  state: State;
  clock: Clock;
  hub: Hub;
  presence: Presence;
  typing: Typing;
  tokens: Tokens;
}

/** What the double does for each operation. */
export const createHandlers = ({ state, clock, hub, presence, typing, tokens }: HandlerDeps): Handlers => ({
  ...createRoomHandlers(state, clock),
  ...createViewHandlers({ state, clock, presence, typing }),
  ...createPresenceHandlers(state, presence),
  ...createSyncHandlers(state),
  ...createMemberHandlers(state, clock),
  ...createMessageHandlers(state, clock),
  ...typing.handlers,
  ...createCallHandlers(state, hub, clock),
  ...createUserHandlers(state, tokens),
});
