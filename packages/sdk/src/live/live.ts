import type { EventName, Input, Output, Payload } from '@dream-studio/contracts';
import { LIMITS } from '@dream-studio/contracts/limits';
import type { Phase } from '../connection-state.js';
import { ChatError } from '../errors.js';
import { getOrCreate } from '../get-or-create.js';
import { createLimiter } from '../limiter.js';
import type { EventAction } from '../store/chat-state.js';
import type { Readable } from '../store/readable.js';
import { createAnswers } from './answers.js';
import { dispatchEvent, type LiveContext } from './context.js';
import { createLiveRoom, type ManagedRoom } from './live-room.js';
import { createOrder } from './order.js';
import { createPresence } from './presence.js';
import { createReadMarker } from './read-marker.js';
import { createReads } from './reads.js';
import { createRoomList } from './room-list.js';
import type { Entered } from './sequence.js';
import { createTypingExpiry, createTypingLimiter } from './typing.js';

const removed = () => new ChatError({ code: 'NOT_A_MEMBER', message: 'Not a member of this room', retryable: false });

export interface LiveOptions {
  connection: Readable<Phase>;
  /** What arrives, as it arrives. */
  onReceived(handler: <E extends EventName>(event: E, payload: Payload<E>) => void): void;
  /** Events in their order, for those who listen: the state has them by then. */
  emit(event: EventName, payload: unknown): void;
}

/** The live state of a client: its rooms, its list and who is online, kept current by events and answers. */
export const createLive = (context: LiveContext, { connection, onReceived, emit }: LiveOptions) => {
  const { state, dispatch, entered, me } = context;
  const rooms = new Map<number, ManagedRoom>();
  const readMarker = createReadMarker(context);
  const typingLimiter = createTypingLimiter();
  const syncLimiter = createLimiter(LIMITS.sync);
  const expiry = createTypingExpiry(context);
  const reads = createReads(context, { recount: (roomId) => order.recount(roomId) });

  const managed = (roomId: number): ManagedRoom =>
    getOrCreate(rooms, roomId, () => createLiveRoom({ context, reads, readMarker, typingLimiter }, roomId));

  const gone = (roomId: number, error: ChatError) => {
    list.touched(roomId);
    entered.exit(roomId);
    dispatch({ type: 'room.gone', roomId, error });
  };

  const letIn = (roomId: number) => {
    if (!order.isEntered(roomId)) rooms.get(roomId)?.readmitted();
  };

  const aboutMembership = (roomId: number, { event, payload }: EventAction) => {
    if (!('userId' in payload) || payload.userId !== me().id) return;
    if (event === 'member:added') letIn(roomId);
    if (event === 'member:removed') gone(roomId, removed());
  };

  const aboutRoom = (roomId: number, action: EventAction) => {
    rooms.get(roomId)?.follow(action);
    list.follow(action, roomId);
    aboutMembership(roomId, action);
  };

  const deliver = <E extends EventName>(event: E, payload: Payload<E>) => {
    if (event === 'room:read') hasRead(payload as Payload<'room:read'>);
    const action = dispatchEvent(context, event, payload);
    if ('roomId' in payload) aboutRoom(payload.roomId as number, action);
    emit(event, payload);
  };

  /** On another device. */
  const hasRead = ({ roomId, userId, seq }: Payload<'room:read'>) => {
    if (userId === me().id) reads.stored(roomId, seq);
  };

  const order = createOrder(context, syncLimiter, { deliver, gone, counted: reads.counted });
  const presence = createPresence(context);
  const list = createRoomList(context, presence, order.followedIds);
  onReceived(order.received);

  connection.subscribe(() => {
    if (connection.get() !== 'connected') return order.pause();
    // Whoever was put out may have been let in while there was no connection.
    for (const roomId of rooms.keys()) letIn(roomId);
    list.resume();
    context.queue.wake();
    readMarker.wake();
  });

  const follow = createAnswers(context, {
    reads,
    isFollowed: order.isFollowed,
    heardOf: order.heardOf,
    refresh: list.refresh,
    touched: list.touched,
    follow: (roomId, action) => {
      dispatch(action);
      rooms.get(roomId)?.follow(action);
    },
  });

  const hasEntered = (output: Output<'room.enter'>, how: Exclude<Entered, 'left'>) => {
    const roomId = output.room.id;
    dispatch({ type: 'room.entered', entered: output, replaces: how !== 'behind' });
    if (how !== 'behind') reads.loaded(roomId, output.room.readSeq);
    expiry.seen(roomId, output.typingUserIds);
    order.settle(roomId);
    rooms.get(roomId)?.entered(how === 'anew');
  };

  return {
    list: list.list,
    presence,
    room: (roomId: number) => managed(roomId).room,
    /** The state learns from the answer of a call, but of those that enter and leave rooms. */
    follow,
    /** Enters a room by the call given: its events are held until the answer has been applied. */
    enter: async (input: Input<'room.enter'>, call: () => Promise<Output<'room.enter'>>) => {
      const entering = order.enter(input.roomId);
      const output = await call().catch((error: unknown) => {
        entering.failed();
        throw error;
      });
      const how = entering.answered(output);
      entered.entered(input, how === 'left');
      if (how !== 'left') hasEntered(output, how);
      return output;
    },
    /** A room is not shown any more, or will not be in a moment. */
    left: (roomId: number, isReplaced = false) => {
      // What was missed, or told to a list that would not hear it, is asked for.
      if ((order.leave(roomId) || isReplaced) && state.get().entries[roomId]?.room) list.refresh(roomId);
    },
    setLimitFactor: (factor: number) => {
      typingLimiter.setFactor(factor);
      syncLimiter.setFactor(factor);
    },
    /** Another user: nothing of the last one stays. */
    clear: () => {
      order.clear();
      list.clear();
      reads.clear();
      readMarker.clear();
      expiry.clear();
    },
  };
};
