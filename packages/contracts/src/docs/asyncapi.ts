import type { EventSpec, OperationSpec } from '../define.js';
import { ErrorBodySchema } from '../errors.js';
import { events } from '../table.js';
import { codesOf, type DocumentOptions, documentedOperations, INFO, nounOf, rateLimit } from './document.js';
import { createSchemas, type Json } from './schemas.js';

const CHANNEL = '#/channels/chat';
const messageRef = (key: string) => ({ $ref: `${CHANNEL}/messages/${key}` });

/** What an acknowledgement carries: the output, or one of the codes of the row. */
const ackSchema = (row: OperationSpec, data: Json, error: Json): Json => ({
  oneOf: [
    { type: 'object', properties: { ok: { const: true }, data }, required: ['ok', 'data'] },
    {
      type: 'object',
      properties: {
        ok: { const: false },
        error: { allOf: [error, { type: 'object', properties: { code: { enum: codesOf(row) } } }] },
      },
      required: ['ok', 'error'],
    },
  ],
});

const SERVER = {
  host: '{host}',
  pathname: '/socket.io/',
  protocol: 'wss',
  description: 'Socket.IO 4 (Engine.IO 4): WebSocket, or HTTP long polling with a sticky session.',
  variables: { host: { default: 'localhost:3001', description: 'Host and port of the server' } },
  security: [{ $ref: '#/components/securitySchemes/handshake' }],
};

const HANDSHAKE = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'Not a header: the `auth` of the Socket.IO handshake is `{ token, userId }` (#/components/schemas/Handshake). One of the two missing: `connect_error` with the message `Authentication error`. Token not valid, expired or of another user: `Invalid token`. Both carry an Error as `data`, with the code `UNAUTHENTICATED`; a socket too many is refused with `RATE_LIMITED`.',
};

const HANDSHAKE_SCHEMA = {
  type: 'object',
  properties: {
    token: { type: 'string', description: 'JWT; its `sub` is the user id' },
    userId: {
      anyOf: [
        { type: 'integer', exclusiveMinimum: 0 },
        { type: 'string', pattern: '^[1-9][0-9]*$' },
      ],
      description: "Must be the token's user",
    },
  },
  required: ['token', 'userId'],
};

/** The Socket.IO side of both tables as an AsyncAPI 3.0 document, from the server's point of view. */
export const asyncApiDocument = (options: DocumentOptions = {}): object => {
  const schemas = createSchemas('draft-7');
  const error = schemas.output(ErrorBodySchema);
  const messages: Record<string, Json> = {};
  const actions: Record<string, Json> = {};

  for (const [name, row] of documentedOperations(options)) {
    if (!row.socket) continue;
    const ack = `${name}.ack`;
    messages[name] = { name: row.socket, title: name, summary: row.summary, payload: schemas.input(row.input) };
    messages[ack] = {
      name: `${row.socket} (acknowledgement)`,
      title: ack,
      payload: ackSchema(row, schemas.output(row.output), error),
    };
    actions[name] = {
      action: 'receive',
      channel: { $ref: CHANNEL },
      summary: row.summary,
      tags: [{ name: nounOf(name) }],
      messages: [messageRef(name)],
      reply: { channel: { $ref: CHANNEL }, messages: [messageRef(ack)] },
      'x-rate-limit': rateLimit(row.limit),
    };
  }

  const addEvent = (name: string, summary: string, payload: Json, extension: Json = {}) => {
    messages[name] = { name, title: name, summary, payload, ...extension };
    actions[`send ${name}`] = { action: 'send', channel: { $ref: CHANNEL }, summary, messages: [messageRef(name)] };
  };
  for (const [name, { summary, payload, durable }] of Object.entries<EventSpec>(events)) {
    addEvent(name, summary, schemas.output(payload), { 'x-durable': durable });
  }
  addEvent('error', 'A call without an acknowledgement failed. Two arguments: the text, then the whole error.', {
    type: 'array',
    items: [{ type: 'string', description: 'The message of the error' }, error],
    additionalItems: false,
    minItems: 2,
    maxItems: 2,
  });

  return {
    asyncapi: '3.0.0',
    info: INFO,
    defaultContentType: 'application/json',
    servers: { chat: SERVER },
    channels: {
      chat: {
        address: '{namespace}',
        description: 'A Socket.IO namespace. Both speak the same protocol; presence and limits count both together.',
        parameters: { namespace: { enum: ['/', '/chat'], default: '/' } },
        messages,
      },
    },
    operations: actions,
    components: {
      schemas: { ...schemas.components, Handshake: HANDSHAKE_SCHEMA },
      securitySchemes: { handshake: HANDSHAKE },
    },
  };
};
