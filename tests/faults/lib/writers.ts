import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type ChatClient, createChatClient, type TimelineMessage } from '@dream-studio/sdk';
import { io } from 'socket.io-client';
import type { Random } from '../../lib/random.js';
import type { History } from './history.js';
import type { Login } from './logins.js';
import { PATIENCE_MS } from './wait.js';

/** Someone who writes to the room without a pause, and notes what becomes of each message. */
export interface Writer {
  readonly name: string;
  isLive(): boolean;
  /** Sends nothing more. */
  stop(): void;
  /** Whether it sends nothing more, and knows the outcome of all it has sent. */
  isDone(): boolean;
  close(): void;
}

export interface WriterOptions extends Login {
  name: string;
  roomId: number;
  history: History;
  random: Random;
  /** Sends so many, and no more. */
  count?: number;
  /** How many of the messages are such that the server must refuse them, from 0 to 1. */
  refusedShare?: number;
  /** At the end of each text. */
  padding?: string;
  /** At most, between two sends. */
  pauseMs?: number;
}

/** Over what the contract takes: such a message is refused. */
const TOO_LONG = 'x'.repeat(4_001);
const REFUSED_SHARE = 0.07;
/** At most, between two sends of one writer. */
export const PAUSE_MS = 60;
/** Messages on their way at once. */
const UNDER_WAY = 5;

function createTexts({ name, random, padding = '', refusedShare = REFUSED_SHARE }: WriterOptions) {
  let count = 0;
  return () => {
    count += 1;
    return `${name} ${count} ${random() < refusedShare ? TOO_LONG : padding}`.trim();
  };
}

/** An app on the SDK, whose outbox tries again by itself. */
export function startSdkWriter(options: WriterOptions): Writer & { chat: ChatClient } {
  const { name, roomId, history, random, url, token, count = Number.POSITIVE_INFINITY, pauseMs = PAUSE_MS } = options;
  const chat = createChatClient({ url, token, transports: ['websocket'] });
  void chat.connect();
  const room = chat.room(roomId);
  const nextText = createTexts(options);
  /** By `clientId`: the error of the last try. */
  const underWay = new Map<string, unknown>();
  let stopped = false;
  let done = false;

  const follow = ({ clientId, content, status, error, id, seq }: TimelineMessage) => {
    if (!clientId || !underWay.has(clientId)) return;
    const place = { by: name, clientId };
    if (status === 'queued' && error && underWay.get(clientId) !== error) {
      underWay.set(clientId, error);
      history.note({ kind: 'unknown', ...place, code: error.code });
    } else if (id !== null && seq !== null) {
      underWay.delete(clientId);
      history.note({ kind: 'acked', ...place, id, seq, content });
    } else if (status === 'failed') {
      underWay.delete(clientId);
      history.note({ kind: 'refused', ...place, content, code: error?.code ?? '' });
    }
  };
  room.subscribe(() => {
    for (const message of room.get().messages.slice(-200)) follow(message);
  });
  room.open();

  const write = async () => {
    for (let sent = 0; sent < count && !stopped; ) {
      await pause(random() * pauseMs);
      if (underWay.size >= UNDER_WAY || room.get().status !== 'ready') continue;
      const content = nextText();
      const clientId = room.send(content);
      underWay.set(clientId, null);
      history.note({ kind: 'sent', by: name, clientId, content });
      sent += 1;
    }
    while (underWay.size > 0) await pause(10);
    done = true;
  };
  void write();

  return {
    name,
    chat,
    isLive: () => chat.connection.get() === 'connected',
    stop: () => {
      stopped = true;
    },
    isDone: () => done,
    close: () => chat.close(),
  };
}

const toPlace = ({ id, seq }: { id: number; seq: number }) => ({ id, seq });

type Ack = { ok: true; data: { id: number; seq: number } } | { ok: false; error: { code: string; retryable: boolean } };

export interface RawWriterOptions extends WriterOptions {
  /** What the server knows a second try by. `false`: each try looks like another message. */
  sameClientId?: boolean;
}

/** A program on Socket.IO alone: sends one after the other, each with its `clientId` until there is an answer. */
export function startRawWriter(options: RawWriterOptions): Writer {
  const { name, roomId, history, random, url, count = Number.POSITIVE_INFINITY, pauseMs = PAUSE_MS } = options;
  const { token, userId } = options;
  const socket = io(url, { auth: { token, userId }, transports: ['websocket'], forceNew: true });
  const nextText = createTexts(options);
  let stopped = false;
  let done = false;

  const send = async (content: string): Promise<void> => {
    let clientId = randomUUID();
    history.note({ kind: 'sent', by: name, clientId, content });
    for (;;) {
      const startedAt = performance.now();
      const ack: Ack = await socket
        .timeout(PATIENCE_MS)
        .emitWithAck('message:send', { roomId, content, clientId })
        .then((answer) => (answer.ok ? { ok: true, data: toPlace(answer.data) } : answer))
        .catch(() => ({ ok: false, error: { code: 'no answer', retryable: true } }));
      const ms = Math.round(performance.now() - startedAt);
      if (ack.ok) return history.note({ kind: 'acked', by: name, clientId, ms, content, ...ack.data });
      const { code, retryable } = ack.error;
      if (!retryable) return history.note({ kind: 'refused', by: name, clientId, content, code });
      history.note({ kind: 'unknown', by: name, clientId, code, ms });
      if (options.sameClientId === false) clientId = randomUUID();
      await pause(100);
    }
  };

  const write = async () => {
    for (let sent = 0; sent < count && !stopped; sent += 1) {
      await pause(random() * pauseMs);
      await send(nextText());
    }
    done = true;
  };
  void write();

  return {
    name,
    isLive: () => socket.connected,
    stop: () => {
      stopped = true;
    },
    isDone: () => done,
    close: () => socket.disconnect(),
  };
}
