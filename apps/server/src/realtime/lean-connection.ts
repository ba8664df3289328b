import type { IncomingMessage } from 'node:http';
import type { Socket } from 'socket.io';
import type { AddressOf } from '../core/ports.js';

/** The part of an Engine.IO connection that is needed. */
export interface HandshakenConnection {
  remoteAddress: string;
  /** Socket.IO does without it. */
  request: IncomingMessage | null;
}

/** All that is kept of the request that opened a connection is the client's address, as `remoteAddress`. */
export function releaseRequest(connection: HandshakenConnection, addressOf: AddressOf): void {
  if (connection.request) connection.remoteAddress = addressOf(connection.request);
  connection.request = null;
}

const NO_HANDSHAKE = Object.freeze({});

/** Forgets the handshake of a socket that is let in: the token above all. */
export function releaseHandshake(socket: Socket): void {
  (socket as { handshake: object }).handshake = NO_HANDSHAKE;
}
