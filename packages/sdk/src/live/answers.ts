import type { Input, OperationName, Output } from '@dream-studio/contracts';
import { dispatchEvent, type LiveContext } from './context.js';

type Follow<K extends OperationName> = (output: Output<K>, input: Input<K>) => void;

/**
 * What the state learns from the answers of calls, whoever made them: a change is seen by the one who made it at once,
 * and where its event does not come (the room is not entered).
 */
export const createAnswers = (
  context: LiveContext,
  hooks: { refresh(roomId: number): void; entered: Follow<'room.enter'>; touched(roomId: number): void },
) => {
  const { dispatch, me } = context;
  const loaded = (room: Output<'room.get'>) => {
    hooks.touched(room.id);
    dispatch({ type: 'room.loaded', room });
  };
  /** Where an answer has no number of the log: the event brings it. */
  const seq = 0;

  const follow: { [K in OperationName]?: Follow<K> } = {
    'room.create': loaded,
    'room.direct': loaded,
    'room.get': loaded,
    'room.update': loaded,
    'room.archive': loaded,
    'room.enter': hooks.entered,
    'room.markRead': (read, { roomId }) => dispatch({ type: 'room.read', roomId, ...read }),
    'member.add': (_, { roomId }) => hooks.refresh(roomId),
    'member.setRole': ({ role }, { roomId, userId }) => {
      dispatchEvent(context, 'member:role', { roomId, userId, role, seq, by: me().id });
      hooks.refresh(roomId);
    },
    'member.remove': (_, { roomId, userId }) => {
      if (userId !== me().id) return hooks.refresh(roomId);
      hooks.touched(roomId);
      dispatch({ type: 'room.gone', roomId, error: null });
    },
    'message.create': (message) => dispatchEvent(context, 'message:new', message),
    'message.edit': ({ id, roomId, content, updatedAt }) =>
      dispatchEvent(context, 'message:edited', { messageId: id, roomId, seq, content, updatedAt }),
    'message.delete': ({ messageId, roomId }) =>
      dispatchEvent(context, 'message:deleted', {
        messageId,
        roomId,
        seq,
        deletedBy: me().id,
        // Only that it is deleted counts here; the time comes with the event or the next load.
        deletedAt: new Date().toISOString(),
        messageSeq: seq,
        senderId: me().id,
      }),
  };

  return <K extends OperationName>(name: K, output: Output<K>, input: Input<K>): void =>
    (follow[name] as Follow<K> | undefined)?.(output, input);
};
