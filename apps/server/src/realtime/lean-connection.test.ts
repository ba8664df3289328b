import type { IncomingMessage } from 'node:http';
import type { Socket } from 'socket.io';
import { expect, test } from 'vitest';
import { type HandshakenConnection, releaseHandshake, releaseRequest } from './lean-connection.js';

test('of the request the address is kept, as limits are to count it, and nothing else', () => {
  const request = { headers: { 'x-forwarded-for': '203.0.113.9', cookie: 'secret' } } as unknown as IncomingMessage;
  const connection: HandshakenConnection = { remoteAddress: '10.0.0.1', request };
  releaseRequest(connection, ({ headers }) => String(headers['x-forwarded-for']));
  expect(connection).toEqual({ remoteAddress: '203.0.113.9', request: null });
});

test('of the handshake nothing is kept, the token least of all', () => {
  const socket = { handshake: { auth: { token: 'secret' }, headers: { authorization: 'secret' } } };
  releaseHandshake(socket as unknown as Socket);
  expect(JSON.stringify(socket)).not.toContain('secret');
});
