import type { EventName, Payload } from '@dream-studio/contracts';
import type { ConnectionState } from '../connection-state.js';
import { ChatError } from '../errors.js';
import { eventNames } from '../generated/events.js';
import type { ChatAction, EventAction } from '../store/chat-state.js';
import type { Readable } from '../store/readable.js';
import { createAnswers } from './answers.js';
import { dispatchEvent, type LiveContext } from './context.js';
import { createLiveRoom, type ManagedRoom } from './live-room.js';
import { createPresence } from './presence.js';
import { createReadMarker } from './read-marker.js';
import { createRoomList } from './room-list.js';
import { createTypingExpiry, createTypingLimiter } from './typing.js';

const removed = () => new ChatError({ code: 'NOT_A_MEMBER', message: 'Not a member of this room', retryable: false });

/** The live state of a client: its rooms, its list and who is online, kept current by events and answers. */
export const createLive = (context: LiveContext, connection: Readable<ConnectionState>) => {
  const rooms = new Map<number, ManagedRoom>();
  const readMarker = createReadMarker(context);
  const typingLimiter = createTypingLimiter();
  const expiry = createTypingExpiry(context);
  const list = createRoomList(context);

  const managed = (roomId: number): ManagedRoom => {
    const known = rooms.get(roomId) ?? createLiveRoom({ context, readMarker, typingLimiter }, roomId);
    rooms.set(roomId, known);
    return known;
  };

  const aboutMembership = (roomId: number, event: EventName, payload: object) => {
    if (!('userId' in payload) || payload.userId !== context.me().id) return;
    if (event === 'member:added') rooms.get(roomId)?.readmitted();
    if (event !== 'member:removed') return;
    list.touched(roomId);
    context.entered.exit(roomId);
    context.dispatch({ type: 'room.gone', roomId, error: removed() });
  };

  const received = <E extends EventName>(event: E, payload: Payload<E>) => {
    dispatchEvent(context, event, payload);
    if (!('roomId' in payload)) return;
    const { roomId } = payload as { roomId: number };
    const action = { type: 'event', event, payload, userId: context.me().id } as unknown as EventAction;
    rooms.get(roomId)?.follow(action);
    list.follow(action, roomId);
    aboutMembership(roomId, event, payload);
  };

  for (const event of eventNames) context.on(event, ((payload: never) => received(event, payload)) as never);

  connection.subscribe(() => {
    if (connection.get() !== 'connected') return;
    list.resume();
    context.queue.wake();
    readMarker.wake();
  });

  return {
    list: list.list,
    presence: createPresence(context),
    room: (roomId: number) => managed(roomId).room,
    follow: createAnswers(context, {
      refresh: list.refresh,
      touched: list.touched,
      entered: (output) => {
        context.dispatch({ type: 'room.entered', entered: output } satisfies ChatAction);
        expiry.seen(output.room.id, output.typingUserIds);
        rooms.get(output.room.id)?.entered();
      },
    }),
    typingLimiter,
    /** Another user: nothing of the last one stays. */
    clear: () => {
      list.clear();
      readMarker.clear();
      expiry.clear();
    },
  };
};
