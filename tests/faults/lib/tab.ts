import { io, type Socket } from 'socket.io-client';
import type { Login } from './logins.js';
import { PATIENCE_MS, until } from './wait.js';

interface Seen {
  userId: number;
  event: 'online' | 'offline';
  /** `performance.now()` when it came. */
  at: number;
}

/** A connection without the SDK that never comes back by itself. */
export interface Tab {
  readonly userId: number;
  /** Who came and went, as this one was told. */
  readonly seen: readonly Seen[];
  /** What it was told by events of this name, in order. */
  told(event: string): readonly unknown[];
  isOpen(): boolean;
  /** Resolves with what the server acknowledges; rejects without an answer. */
  call(event: string, input: object): Promise<{ ok: boolean; data?: unknown; error?: { code: string } }>;
  close(): void;
}

/** Resolves when the server has let it in. */
export async function openTab({ url, token, userId }: Login): Promise<Tab> {
  const options = { auth: { token, userId }, transports: ['websocket'], forceNew: true, reconnection: false };
  const socket: Socket = io(url, options);
  const seen: Seen[] = [];
  const heard: [event: string, payload: unknown][] = [];
  socket.onAny((event, payload) => heard.push([event, payload]));
  for (const event of ['online', 'offline'] as const) {
    socket.on(`user:${event}`, (payload: { userId: number }) =>
      seen.push({ userId: payload.userId, event, at: performance.now() }),
    );
  }
  const tab: Tab = {
    userId,
    seen,
    told: (wanted) => heard.flatMap(([event, payload]) => (event === wanted ? [payload] : [])),
    isOpen: () => socket.connected,
    call: (event, input) => socket.timeout(PATIENCE_MS).emitWithAck(event, input),
    close: () => socket.disconnect(),
  };
  await until(`user ${userId} is let in`, tab.isOpen);
  return tab;
}
