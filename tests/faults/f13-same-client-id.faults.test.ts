import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import type { Login } from './lib/logins.js';
import { runFault } from './lib/run-fault.js';
import { startStore, storeKinds } from './lib/store.js';
import { PATIENCE_MS, until } from './lib/wait.js';

const TIMES = 100;
const SOCKETS = 10;

interface Sent {
  id: number;
  seq: number;
}

async function post({ url, token }: Login, path: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

/** The same message over each transport in turn; what comes back is the message, however it is wrapped. */
function createTries(login: Login, sockets: readonly Socket[], roomId: number, message: object) {
  const viaSocket = async (n: number) => {
    const socket = sockets[n % sockets.length] as Socket;
    const ack = await socket.timeout(PATIENCE_MS).emitWithAck('message:send', { roomId, ...message });
    return ack.data as Sent;
  };
  const viaTrpc = async () => {
    const answer = await post(login, '/trpc/message.create', { roomId, ...message });
    return (answer as { result: { data: Sent } }).result.data;
  };
  const viaRest = async () => (await post(login, `/shared/chat/rooms/${roomId}/messages`, message)) as Sent;
  return (n: number): Promise<Sent> => [viaSocket, viaTrpc, viaRest][n % 3]?.(n) as Promise<Sent>;
}

test.each(storeKinds)(
  'F13: on %s, one clientId sent 100 times at once over all transports is one row, one broadcast and 100 times the same ack',
  async (kind) => {
    await using store = await startStore(kind);
    await runFault(store, {
      id: 'F13',
      async run(world) {
        const { history, roomId } = world;
        for (const one of ['sdk', 'raw'] as const) await world.addReader(one);
        const login = await world.login();
        const { url, token, userId } = login;
        const options = { auth: { token, userId }, transports: ['websocket'], forceNew: true };
        const sockets = Array.from({ length: SOCKETS }, () => io(url, options));
        try {
          await until('all sockets are connected', () => sockets.every(({ connected }) => connected));
          const message = { content: 'Only once', clientId: randomUUID() };
          history.note({ kind: 'sent', by: 'everyone', ...message });
          const send = createTries(login, sockets, roomId, message);
          const acks = await Promise.all(Array.from({ length: TIMES }, (_, n) => send(n)));
          for (const { id, seq } of acks) history.note({ kind: 'acked', by: 'everyone', ...message, id, seq });
          expect(acks).toEqual(Array(TIMES).fill(acks[0]));
          // Every broadcast comes before that of the next message; the checker finds whoever was told twice.
          await world.addWriter('raw', { count: 1, refusedShare: 0 });
          await world.settle();
          expect(history.count('told')).toBe(2 * world.readers.length);
        } finally {
          for (const socket of sockets) socket.disconnect();
        }
      },
    });
  },
);
