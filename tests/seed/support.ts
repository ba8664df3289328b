import { io, type Socket } from 'socket.io-client';
import type { TestApp } from '../../apps/server/src/test/app.js';
import { Inbox } from '../../apps/server/src/test/inbox.js';

/** A frontend as the seed's readers write it: plain Socket.IO, no acks. */
export interface SeedClient {
  readonly socket: Socket;
  readonly inbox: Inbox;
  readonly userId: number;
}

export interface SeedClientOptions {
  namespace?: string;
  transports?: string[];
}

/** Connects with a minted token, and keeps all it receives. */
export async function seedClient(
  app: TestApp,
  userId: number,
  name: string,
  { namespace = '/', transports = ['websocket'] }: SeedClientOptions = {},
): Promise<SeedClient> {
  const token = await app.mint(userId, name);
  const socket = io(app.url + namespace, { auth: { token, userId }, transports, forceNew: true, reconnection: false });
  const inbox = new Inbox(20_000);
  socket.onAny((event: string, ...args: unknown[]) => inbox.put(event, event === 'error' ? args : args[0]));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return { socket, inbox, userId };
}

/** Waits for an event by name, whatever the contract says of it. */
export const next = (
  client: SeedClient,
  event: string,
  fits: (payload: never) => boolean = () => true,
): Promise<unknown> => client.inbox.next(event as never, fits as never);
