import type { EventName, Payload, User } from '@dream-studio/contracts';
import type { Call } from '../call.js';
import type { EnteredRooms } from '../entered-rooms.js';
import type { ChatEvents } from '../generated/events.js';
import type { Operations } from '../generated/operations.js';
import type { Outbox } from '../outbox/outbox.js';
import type { ChatAction, ChatState, EventAction } from '../store/chat-state.js';
import type { Readable } from '../store/readable.js';

/** What the live parts of a client share. */
export interface LiveContext {
  readonly state: Readable<ChatState>;
  dispatch(action: ChatAction): void;
  readonly operations: Operations;
  readonly call: Call;
  on<E extends keyof ChatEvents>(event: E, handler: ChatEvents[E]): () => void;
  /** The signed-in user; one without an id while there is no token. */
  me(): User;
  readonly entered: EnteredRooms;
  readonly queue: Outbox;
  isConnected(): boolean;
}

/** As if the server had sent it: for what an answer says before its event comes. */
export const dispatchEvent = <E extends EventName>(
  { dispatch, me }: Pick<LiveContext, 'dispatch' | 'me'>,
  event: E,
  payload: Payload<E>,
): EventAction => {
  const action = { type: 'event', event, payload, userId: me().id } as EventAction;
  dispatch(action);
  return action;
};
