import { z } from 'zod';
import { MessageId, PageLimit, RoomId, Seq, Timestamp, text, UserId } from '../common.js';
import { defineEvent, defineOperation } from '../define.js';
import { BOUNDS } from '../limits.js';
import { UserSchema } from './user.js';

/** What a client may send. `SYSTEM` is the server's own. */
const SENDABLE_TYPES = ['TEXT', 'IMAGE', 'VIDEO', 'AUDIO', 'FILE'] as const;

export const MessageType = z.enum([...SENDABLE_TYPES, 'SYSTEM']);
const SendableType = z.enum(SENDABLE_TYPES);

/** http(s) only, and nothing a URL parser would skip over in silence. */
const FileUrl = z
  .url({ protocol: /^https?$/, hostname: /./ })
  .max(2048)
  .regex(/^[\x21-\x5b\x5d-\x7e]+$/, 'must be an encoded URL');

export const ClientId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ : -')
  .describe("The sender's own id for the message: sending it again returns the first one and creates nothing");

const MessageContent = text(BOUNDS.contentMaxLength);

export const MessageSchema = z
  .object({
    id: MessageId,
    roomId: RoomId,
    seq: Seq,
    senderId: UserId,
    content: z.string().describe('Empty once deleted'),
    type: MessageType,
    fileUrl: z.string().nullable(),
    clientId: z.string().nullable(),
    isEdited: z.boolean(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    deletedAt: Timestamp.nullable(),
    sender: UserSchema,
  })
  .meta({ id: 'Message' });

export type Message = z.output<typeof MessageSchema>;

export const messageOperations = {
  'message.create': defineOperation({
    kind: 'mutation',
    summary: 'Post a message to a room. A known `clientId` returns the original message and creates nothing.',
    input: z
      .object({
        roomId: RoomId,
        content: MessageContent,
        type: SendableType.default('TEXT'),
        fileUrl: FileUrl.nullish().describe('Goes with IMAGE, VIDEO, AUDIO and FILE, and only with these'),
        clientId: ClientId.optional(),
      })
      .refine((m) => m.content !== '' || m.fileUrl, { path: ['content'], message: 'must not be empty without a file' })
      .refine((m) => (m.type === 'TEXT') === !m.fileUrl, {
        path: ['fileUrl'],
        message: 'goes with IMAGE, VIDEO, AUDIO and FILE, and only with these',
      }),
    output: MessageSchema,
    errors: ['NOT_A_MEMBER', 'CONFLICT'],
    auth: { rule: 'room.member', subject: 'roomId' },
    limit: 'message:send',
    emits: ['message:new'],
    socket: 'message:send',
    rest: { method: 'POST', path: '/shared/chat/rooms/{roomId}/messages', status: 201 },
  }),
  'message.list': defineOperation({
    kind: 'query',
    summary: "A page of a room's history: newest first, or oldest first with `after`.",
    input: z
      .object({
        roomId: RoomId,
        before: Seq.optional().describe('Messages with a smaller `seq`'),
        after: Seq.optional().describe('Messages with a larger `seq`'),
        limit: PageLimit,
      })
      .refine((q) => q.before === undefined || q.after === undefined, {
        path: ['after'],
        message: 'cannot be combined with before',
      }),
    output: z.object({
      items: z.array(MessageSchema),
      nextCursor: Seq.nullable().describe(
        'Pass as `after` if that was given, else as `before`, for the next page; null at the end',
      ),
    }),
    errors: ['NOT_A_MEMBER'],
    auth: { rule: 'room.member', subject: 'roomId' },
    limit: 'read',
    emits: [],
    rest: { method: 'GET', path: '/shared/chat/rooms/{roomId}/messages' },
  }),
  'message.edit': defineOperation({
    kind: 'mutation',
    summary: 'Change the text of a message of your own.',
    input: z.object({ messageId: MessageId, content: MessageContent, roomId: RoomId.optional() }),
    output: MessageSchema,
    errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT'],
    auth: { rule: 'message.visible', subject: 'messageId' },
    limit: 'message:change',
    emits: ['message:edited'],
    socket: 'message:edit',
    rest: { method: 'PATCH', path: '/shared/chat/rooms/{roomId}/messages/{messageId}' },
  }),
  'message.delete': defineOperation({
    kind: 'mutation',
    summary: "Delete a message of your own, or any as the room's owner or admin. Twice is not an error.",
    input: z.object({ messageId: MessageId, roomId: RoomId.optional() }),
    output: z.object({ messageId: MessageId, roomId: RoomId, seq: Seq }),
    errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT'],
    auth: { rule: 'message.visible', subject: 'messageId' },
    limit: 'message:change',
    emits: ['message:deleted'],
    socket: 'message:delete',
    rest: { method: 'DELETE', path: '/shared/chat/rooms/{roomId}/messages/{messageId}' },
  }),
};

export const messageEvents = {
  'message:new': defineEvent({
    summary: 'A message was posted. Sent to everyone in the room, the sender included.',
    payload: MessageSchema,
    durable: true,
  }),
  'message:edited': defineEvent({
    summary: 'The text of a message changed.',
    payload: z.object({
      messageId: MessageId,
      roomId: RoomId,
      seq: Seq,
      content: z.string(),
      updatedAt: Timestamp,
    }),
    durable: true,
  }),
  'message:deleted': defineEvent({
    summary: 'A message was deleted; it stays in the history as an empty tombstone.',
    payload: z.object({
      messageId: MessageId,
      roomId: RoomId,
      seq: Seq,
      deletedBy: UserId,
      deletedAt: Timestamp,
      messageSeq: Seq.describe('Where the message itself stands in the log'),
      senderId: UserId.describe('Who wrote it'),
    }),
    durable: true,
  }),
};
