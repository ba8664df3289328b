import { type ChatClient, createChatClient } from '@dream-studio/sdk';
import { io } from 'socket.io-client';
import { type History, type Line, toLine } from './history.js';
import type { Login } from './logins.js';

/** Someone who shows the room, and notes what they are told. */
export interface Reader {
  readonly name: string;
  /** Whether it is connected, and in the room. */
  isLive(): boolean;
  /** The messages it shows now. */
  list(): readonly Line[];
  /** Notes no more, and loads what is older than what it shows: returns all. */
  whole(): Promise<readonly Line[]>;
  close(): void;
}

interface ReaderOptions extends Login {
  name: string;
  roomId: number;
  history: History;
}

/** So far before what a reader has been told last, what is put in late is noted; in any case it is in its list at the end. */
const LOOK_BACK = 200;

/** An app on the SDK. */
export function openSdkReader({ name, roomId, history, url, token }: ReaderOptions): Reader & { chat: ChatClient } {
  const chat = createChatClient({ url, token, transports: ['websocket'] });
  void chat.connect();
  const room = chat.room(roomId);
  const list = (): Line[] =>
    room
      .get()
      .messages.flatMap(({ id, seq, content }) => (id === null || seq === null ? [] : [toLine({ id, seq, content })]));
  const told = new Set<number>();
  let first = 0;

  const note = () => {
    const { messages } = room.get();
    const start = messages[0]?.seq ?? first;
    // The history was loaded anew.
    if (start > first) history.note({ kind: 'began', to: name });
    first = start;
    const last = messages.findLastIndex(({ id }) => id !== null && told.has(id));
    const fresh = messages.slice(Math.max(0, last - LOOK_BACK)).filter(({ id }) => id !== null && !told.has(id));
    for (const { id, seq, content } of fresh as Line[]) {
      told.add(id);
      history.note({ kind: 'told', to: name, id, seq, content });
    }
  };
  const unsubscribe = room.subscribe(note);
  room.open();

  return {
    name,
    chat,
    isLive: () => chat.connection.get() === 'connected' && room.get().status === 'ready',
    list,
    async whole() {
      unsubscribe();
      while (room.get().hasOlder) await room.loadOlder();
      return list();
    },
    close: () => chat.close(),
  };
}

/** A frontend without the SDK: Socket.IO, a list, and on each connection the history since what it has. */
export function openRawReader({ name, roomId, history, url, token, userId }: ReaderOptions): Reader {
  const socket = io(url, { auth: { token, userId }, transports: ['websocket'], forceNew: true });
  let lines: Line[] = [];
  let live = false;
  /** Up to here nothing can be missing. */
  let complete = 0;
  const has = (id: number) => lines.some((line) => line.id === id);

  const catchUp = async () => {
    const headers = { authorization: `Bearer ${token}` };
    for (let after: number | null = complete; after !== null; ) {
      const response = await fetch(`${url}/shared/chat/rooms/${roomId}/messages?after=${after}&limit=100`, { headers });
      const { items, nextCursor } = (await response.json()) as { items: Line[]; nextCursor: number | null };
      lines = [...lines, ...items.map(toLine).filter(({ id }) => !has(id))].sort((a, b) => a.seq - b.seq);
      complete = items.at(-1)?.seq ?? complete;
      after = nextCursor;
    }
  };

  const comeIn = async () => {
    history.note({ kind: 'began', to: name });
    try {
      const { ok } = await socket.timeout(5_000).emitWithAck('join_room', { roomId });
      if (ok) await catchUp();
      live = ok;
    } catch {} // The connection is lost again, or the database does not answer.
    if (!live && socket.connected) setTimeout(comeIn, 200);
  };

  socket.on('connect', comeIn);
  socket.on('disconnect', () => {
    live = false;
  });
  socket.on('message:new', (message: Line) => {
    history.note({ kind: 'told', to: name, ...toLine(message) });
    if (live) complete = message.seq;
    if (!has(message.id)) lines.push(toLine(message));
  });

  return {
    name,
    isLive: () => live,
    list: () => lines,
    whole: async () => lines,
    close: () => socket.disconnect(),
  };
}
