import { createInterface } from 'node:readline';
import { createChatClient } from '@dream-studio/sdk';
import { login } from './logins.js';

// Many clients in one process. Says, over and over, how many are live, and how many of those show the text it was told last.

export interface StormPlan {
  urls: string[];
  /** Each with a client at each of `urls`. */
  users: { userId: number; roomId: number }[];
}

export interface StormState {
  live: number;
  synced: number;
}

const SAY_EVERY_MS = 100;
/** Handshakes at once, in the beginning: the storm is to come later. */
const AT_ONCE = 50;

const { urls, users } = JSON.parse(process.argv[2] ?? '') as StormPlan;

async function open(url: string, { userId, roomId }: StormPlan['users'][number]) {
  const { token } = await login(url, userId);
  const chat = createChatClient({ url, token, transports: ['websocket'] });
  await chat.connect();
  const room = chat.room(roomId);
  room.subscribe(() => {});
  room.open();
  return {
    isLive: () => chat.connection.get() === 'connected' && room.get().status === 'ready',
    last: () => room.get().messages.at(-1)?.content,
  };
}

const clients: Awaited<ReturnType<typeof open>>[] = [];
let text = '';
createInterface(process.stdin).on('line', (line) => {
  text = line;
});
const wanted = users.flatMap((user) => urls.map((url) => [url, user] as const));
for (let at = 0; at < wanted.length; at += AT_ONCE) {
  clients.push(...(await Promise.all(wanted.slice(at, at + AT_ONCE).map(([url, user]) => open(url, user)))));
}
setInterval(() => {
  const live = clients.filter((client) => client.isLive());
  const synced = live.filter((client) => client.last() === text).length;
  console.log(JSON.stringify({ live: live.length, synced } satisfies StormState));
}, SAY_EVERY_MS);
