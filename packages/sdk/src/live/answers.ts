import type { Input, Message, OperationName, Output } from '@dream-studio/contracts';
import type { ChatAction } from '../store/chat-state.js';
import { dispatchEvent, type LiveContext } from './context.js';
import type { Reads } from './reads.js';

type Follow<K extends OperationName> = (output: Output<K>, input: Input<K>) => void;

export interface AnswerHooks {
  readonly reads: Reads;
  isFollowed(roomId: number): boolean;
  /** The room's log is that long. */
  heardOf(roomId: number, seq: number): void;
  refresh(roomId: number): void;
  touched(roomId: number): void;
  /** Applies what is no event, and has the room follow it. */
  follow(roomId: number, action: ChatAction): void;
}

/**
 * What the state learns from the answers of calls, whoever made them: a change is seen by the one who made it at once,
 * and where its event does not come (the room is not entered).
 */
export const createAnswers = (context: LiveContext, hooks: AnswerHooks) => {
  const { dispatch, me } = context;
  /** A log that is followed brings everything in its order: its snapshots only tell how long it is. */
  const loaded = (room: Output<'room.get'>) => {
    hooks.touched(room.id);
    if (hooks.isFollowed(room.id)) hooks.heardOf(room.id, room.seq);
    else dispatch({ type: 'room.loaded', room });
  };
  const refresh = (roomId: number) => {
    if (!hooks.isFollowed(roomId)) hooks.refresh(roomId);
  };
  const stored = (message: Message) =>
    hooks.follow(message.roomId, { type: 'message.stored', roomId: message.roomId, message });

  const follow: { [K in OperationName]?: Follow<K> } = {
    'room.create': loaded,
    'room.direct': loaded,
    'room.get': loaded,
    'room.update': loaded,
    'room.archive': loaded,
    'room.markRead': ({ seq, unread }, { roomId }) => {
      if (hooks.isFollowed(roomId)) hooks.reads.stored(roomId, seq);
      else hooks.reads.counted(roomId, { readSeq: seq, unread });
    },
    'member.add': (_, { roomId }) => refresh(roomId),
    'member.setRole': ({ role }, { roomId, userId }) => {
      // Without a place in the log: the event has that.
      dispatchEvent(context, 'member:role', { roomId, userId, role, seq: 0, by: me().id });
      refresh(roomId);
    },
    'member.remove': (_, { roomId, userId }) => {
      if (userId !== me().id) return refresh(roomId);
      hooks.touched(roomId);
      dispatch({ type: 'room.gone', roomId, error: null });
    },
    'message.create': stored,
    'message.edit': stored,
    'message.delete': ({ messageId, roomId }) =>
      hooks.follow(roomId, { type: 'message.removed', roomId, messageId, at: new Date().toISOString() }),
  };

  return <K extends OperationName>(name: K, output: Output<K>, input: Input<K>): void =>
    (follow[name] as Follow<K> | undefined)?.(output, input);
};
