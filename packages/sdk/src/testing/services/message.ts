import type { ParsedInput } from '@dream-studio/contracts';
import { type Clock, isoNow } from '../clock.js';
import type { Handlers } from '../context.js';
import { toPage } from '../cursor.js';
import { fail, failField } from '../failure.js';
import { isAdmin } from '../gate.js';
import { existing, type MessageRow, type RoomRow, type State, toMessage } from '../state.js';
import { requireActive } from './policy.js';

type MessageHandlers = Pick<Handlers, 'message.create' | 'message.list' | 'message.edit' | 'message.delete'>;

export function createMessageHandlers(state: State, clock: Clock): MessageHandlers {
  return {
    'message.create': (ctx, input) => {
      const { room } = ctx.access;
      const { userId } = ctx.identity;
      const original = input.clientId === undefined ? undefined : findRepeated(room, userId, input.clientId);
      if (original) {
        ctx.repeated();
        return toMessage(state, original);
      }
      requireActive(room);
      const message = toMessage(state, addMessage(state, room, userId, input, clock.now()));
      ctx.emit('message:new', { room: room.id }, message);
      return message;
    },

    'message.list': ({ access }, { before, after, limit }) => {
      const rows = access.room.messages.filter(
        ({ seq }) => (before === undefined || seq < before) && (after === undefined || seq > after),
      );
      if (after === undefined) rows.reverse();
      const page = toPage(rows, limit, (last) => last.seq);
      return { items: page.items.map((row) => toMessage(state, row)), nextCursor: page.nextCursor };
    },

    'message.edit': (ctx, { messageId, content }) => {
      const { room } = ctx.access;
      const message = existing(state.messages, messageId);
      if (message.senderId !== ctx.identity.userId) fail('FORBIDDEN', 'Not authorized to edit this message');
      if (message.deletedAt) fail('NOT_FOUND', 'Message not found');
      requireActive(room);
      // Only a message with a file may have no text.
      if (content === '' && !message.fileUrl) failField('content', 'must not be empty without a file');
      const updatedAt = isoNow(clock);
      Object.assign(message, { content, isEdited: true, updatedAt });
      ctx.append(room, 'message:edited', { messageId, content, updatedAt });
      return toMessage(state, message);
    },

    'message.delete': (ctx, { messageId }) => {
      const { room, member } = ctx.access;
      const message = existing(state.messages, messageId);
      const { userId } = ctx.identity;
      if (message.senderId !== userId && !isAdmin(member.role)) {
        fail('FORBIDDEN', 'Not authorized to delete this message');
      }
      if (message.deletedSeq !== null) return { messageId, roomId: room.id, seq: message.deletedSeq };
      requireActive(room);
      const deletedAt = isoNow(clock);
      const { seq } = ctx.append(room, 'message:deleted', {
        messageId,
        deletedBy: userId,
        deletedAt,
        messageSeq: message.seq,
        senderId: message.senderId,
      });
      Object.assign(message, { content: '', fileUrl: null, deletedAt, updatedAt: deletedAt, deletedSeq: seq });
      return { messageId, roomId: room.id, seq };
    },
  };
}

type NewMessage = Pick<ParsedInput<'message.create'>, 'content' | 'type' | 'fileUrl' | 'clientId'>;

/** Writes a message as the next entry of the room's log. */
export function addMessage(state: State, room: RoomRow, senderId: number, input: NewMessage, atMs: number): MessageRow {
  const { content, type, fileUrl = null, clientId = null } = input;
  const at = new Date(atMs).toISOString();
  room.seq += 1;
  room.activityAt = atMs;
  const message: MessageRow = {
    id: state.nextId('message'),
    roomId: room.id,
    seq: room.seq,
    senderId,
    content,
    type,
    fileUrl,
    clientId,
    isEdited: false,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    deletedSeq: null,
  };
  room.messages.push(message);
  state.messages.set(message.id, message);
  return message;
}

const findRepeated = (room: RoomRow, senderId: number, clientId: string): MessageRow | undefined =>
  room.messages.find((message) => message.senderId === senderId && message.clientId === clientId);
