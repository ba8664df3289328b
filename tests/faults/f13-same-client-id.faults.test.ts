import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import type { Login } from './lib/logins.js';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { type StoreKind, startStore, storeKinds } from './lib/store.js';
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

/** The same message over each transport and node in turn; what comes back is the message, however it is wrapped. */
function createTries(logins: readonly Login[], sockets: readonly Socket[], roomId: number, message: object) {
  const viaSocket = async (n: number) => {
    const socket = sockets[n % sockets.length] as Socket;
    const ack = await socket.timeout(PATIENCE_MS).emitWithAck('message:send', { roomId, ...message });
    return ack.data as Sent;
  };
  const loginOf = (n: number) => logins[n % logins.length] as Login;
  const viaTrpc = async (n: number) => {
    const answer = await post(loginOf(n), '/trpc/message.create', { roomId, ...message });
    return (answer as { result: { data: Sent } }).result.data;
  };
  const viaRest = async (n: number) =>
    (await post(loginOf(n), `/shared/chat/rooms/${roomId}/messages`, message)) as Sent;
  return (n: number): Promise<Sent> => [viaSocket, viaTrpc, viaRest][n % 3]?.(n) as Promise<Sent>;
}

const places: [kind: StoreKind, nodes: number][] = [
  ...storeKinds.map((kind): [StoreKind, number] => [kind, 1]),
  ['postgres', pick(2, 4)],
];

test.each(places)(
  'F13: on %s, with %d node(s), one clientId sent 100 times at once over all transports is one row, one broadcast and 100 times the same ack',
  async (kind, nodes) => {
    await using store = await startStore(kind);
    await runFault(store, {
      id: 'F13',
      nodes,
      async run(world) {
        const { history, roomId } = world;
        for (const { url } of world.nodes) {
          for (const one of ['sdk', 'raw'] as const) await world.addReader(one, url);
        }
        const { token, userId } = await world.login();
        const logins = world.nodes.map(({ url }) => ({ url, token, userId }));
        const options = { auth: { token, userId }, transports: ['websocket'], forceNew: true };
        const sockets = Array.from({ length: SOCKETS }, (_, n) => io(logins[n % nodes]?.url, options));
        try {
          await until('all sockets are connected', () => sockets.every(({ connected }) => connected));
          const message = { content: 'Only once', clientId: randomUUID() };
          history.note({ kind: 'sent', by: 'everyone', ...message });
          const send = createTries(logins, sockets, roomId, message);
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
