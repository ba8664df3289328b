import { join } from 'node:path';
import { io } from 'socket.io-client';
import type { Processes } from '../../scripts/lib/processes.js';
import { root } from '../../scripts/lib/settings.js';
import { freePort } from '../../tests/e2e/lib/system.js';
import { cpuSeconds, peakRssMb } from '../lib/process-usage.js';
import type { ChatSystem, ChatSystemClient } from './chat-system.js';
import { roomOf } from './plan.js';
import type { ClientRecord } from './record.js';

/** Stock Socket.IO with rooms; with `recovery`, its connection state recovery in memory. */
export async function startSocketIo(
  processes: Processes,
  { rooms, recovery }: { rooms: number; recovery: boolean },
): Promise<ChatSystem> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = processes.start({
    name: 'Socket.IO server',
    args: [join(import.meta.dirname, 'socket-io-server.mjs')],
    cwd: root,
    env: { PATH: process.env.PATH, PORT: String(port), RECOVERY: recovery ? 'on' : '' },
    mayEnd: true,
    stateless: true,
  });
  await processes.untilReady(server, 'Socket.IO server', url);
  const pid = server.pid as number;
  return {
    name: recovery ? 'Socket.IO, state recovery' : 'Socket.IO',
    open: (client, record) => openClient(url, roomOf(client, rooms), record),
    usage: () => ({ serverCpuSeconds: cpuSeconds(pid), databaseCpuSeconds: 0, serverPeakRssMb: peakRssMb(pid) }),
    [Symbol.asyncDispose]: () => processes.end(server),
  };
}

const RETRY_MS = 500;

async function openClient(url: string, room: number, record: ClientRecord): Promise<ChatSystemClient> {
  // Its own attempts would come at other times than those of the other systems.
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, auth: { room: `${room}` } });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connectIn = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => socket.connect(), ms);
  };
  const connected = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.on('message', ({ text, order }: { text: string; order: number }) => record.delivered(text, order));
  socket.on('connect', () => record.connected());
  socket.on('connect_error', () => connectIn(RETRY_MS));
  socket.on('disconnect', (reason) => reason !== 'io client disconnect' && record.disconnected());
  await connected;
  return {
    send: (text) => void socket.emit('message', text),
    cut: (awayMs) => {
      socket.io.engine?.close();
      connectIn(awayMs);
    },
    close: () => {
      clearTimeout(timer);
      socket.disconnect();
    },
  };
}
