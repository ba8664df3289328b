import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message, Output, Room, User } from '@dream-studio/contracts';
import { Server } from 'socket.io';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An unsigned token; `n` tells tokens of one user apart. */
export const fakeToken = (userId: number, { expiresInMs = 60_000, n = 0 } = {}) =>
  `${encode({ alg: 'none' })}.${encode({ sub: String(userId), name: 'Ännchen', exp: (Date.now() + expiresInMs) / 1000, n })}.`;

export interface SeenRequest {
  method: string;
  url: string;
  authorization: string | null;
  body: unknown;
}

/** A `fetch` that answers from a function and keeps what it was asked. */
export const fakeFetch = (answer: (request: SeenRequest) => Response | Promise<Response>) => {
  const seen: SeenRequest[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    const entry = {
      method: request.method,
      url: request.url,
      authorization: request.headers.get('authorization'),
      body: text === '' ? undefined : JSON.parse(text),
    };
    seen.push(entry);
    return answer(entry);
  };
  return { fetch, seen };
};

/** A real Socket.IO server, on a free port if none is given, closed with its scope. */
export const startSocketServer = async (port = 0) => {
  const http = createServer();
  const io = new Server(http);
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  return {
    io,
    http,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await io.close();
    },
  };
};

/** The refusal of a handshake, as the server gives it. */
export const refusal = (code: string, message = 'Invalid token') =>
  Object.assign(new Error(message), { data: { code, message, retryable: false } });

const AT = '2026-01-01T10:00:00.000Z';

/** A user of that id. */
export const fakeUser = (id: number): User => ({ id, name: `User ${id}`, picture: null });

/** A group room that the user is a plain member of; nothing said in it yet. */
export const fakeRoom = (id: number, more: Partial<Room> = {}): Room => ({
  id,
  name: `Room ${id}`,
  type: 'GROUP',
  createdBy: 1,
  createdAt: AT,
  archivedAt: null,
  seq: 0,
  epoch: 1,
  memberCount: 2,
  myRole: 'MEMBER',
  lastMessage: null,
  unread: 0,
  readSeq: 0,
  peer: null,
  ...more,
});

/** The answer to entering a room. */
export const fakeEntered = (roomId: number, more: Partial<Output<'room.enter'>> = {}): Output<'room.enter'> => ({
  room: fakeRoom(roomId),
  seq: 0,
  epoch: 1,
  onlineUserIds: [],
  onlineCount: 0,
  typingUserIds: [],
  activeCall: null,
  ...more,
});

/** A message of another user, numbered `seq` in its room. */
export const fakeMessage = (seq: number, more: Partial<Message> = {}): Message => ({
  id: 1000 + seq,
  roomId: 1,
  seq,
  senderId: 2,
  content: `Message ${seq}`,
  type: 'TEXT',
  fileUrl: null,
  clientId: null,
  isEdited: false,
  createdAt: AT,
  updatedAt: AT,
  deletedAt: null,
  sender: fakeUser(more.senderId ?? 2),
  ...more,
});
