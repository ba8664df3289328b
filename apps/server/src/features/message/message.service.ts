import type { Message } from '@dream-studio/contracts';
import type { Context, Services } from '../../core/context.js';
import { toPage } from '../../core/cursor.js';
import { AppError, fail } from '../../core/errors.js';
import { isAdmin } from '../../core/policy.js';
import { requireActive } from '../room/room.policy.js';
import type { MessageRepository } from './message.repository.js';
import type { MessageWriter } from './message-writer.js';

type MessageServices = Pick<Services, 'message.create' | 'message.list' | 'message.edit' | 'message.delete'>;

export function createMessageService(messages: MessageRepository, writer: MessageWriter): MessageServices {
  return {
    'message.create': async (ctx, input) => {
      const appended = await writer.write({ ...input, senderId: ctx.identity.userId });
      if (!appended) return refusal(ctx, input.roomId);
      if (!appended.isNew) ctx.repeated();
      return appended.message;
    },

    'message.list': async (_ctx, { roomId, before, after, limit }) => {
      const rows = await messages.list(roomId, {
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
        take: limit + 1,
      });
      return toPage(rows, limit, (last) => last.seq);
    },

    'message.edit': (ctx, { messageId, content }) =>
      ctx.write(ctx.access.roomId, async ({ tx, room, append }) => {
        const message = await messages.get(tx, messageId);
        if (message.senderId !== ctx.identity.userId) fail('FORBIDDEN', 'Not authorized to edit this message');
        if (message.deletedAt) fail('NOT_FOUND', 'Message not found');
        requireActive(room);
        requireText(message, content);
        const edited = await messages.edit(tx, messageId, content);
        append('message:edited', { messageId, content, updatedAt: edited.updatedAt });
        return edited;
      }),

    'message.delete': (ctx, { messageId }) =>
      ctx.write(ctx.access.roomId, async ({ tx, room, append }) => {
        const message = await messages.get(tx, messageId);
        const { userId } = ctx.identity;
        if (message.senderId !== userId && !isAdmin(room.role)) {
          fail('FORBIDDEN', 'Not authorized to delete this message');
        }
        const deletedSeq = await messages.deletedSeq(tx, messageId);
        if (deletedSeq !== null) return { messageId, roomId: room.id, seq: deletedSeq };
        requireActive(room);
        const { seq } = append('message:deleted', {
          messageId,
          deletedBy: userId,
          deletedAt: room.now.toISOString(),
          messageSeq: message.seq,
          senderId: message.senderId,
        });
        await messages.bury(tx, messageId, room.now, seq);
        return { messageId, roomId: room.id, seq };
      }),
  };
}

/** The gate let the sender in, so it is the archive, or a removal a moment ago. */
const refusal = (ctx: Context<'message.create'>, roomId: number): Promise<never> =>
  ctx.write(roomId, async ({ room }) => {
    requireActive(room);
    throw new Error(`room ${roomId} took no message from a member`);
  });

/** Only a message with a file may have no text. */
function requireText(message: Message, content: string): void {
  if (content !== '' || message.fileUrl) return;
  const issue = { path: ['content'], message: 'must not be empty without a file' };
  throw new AppError('BAD_INPUT', `content: ${issue.message}`, { issues: [issue] });
}
