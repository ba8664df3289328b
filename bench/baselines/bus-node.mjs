// One node of a bus over Redis, without sockets: says events to the rooms it is told of, and takes in those that others say.
// `one`: one channel that every node hears; `room` and `sharded`: a channel for each room that it has a member in.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const SETTLE_MS = 300;
const WARM_UP_MS = 500;
const SUBSCRIBE_AT_ONCE = 500;
const HEAD = /^(\d+) (\d+) ([\d.]+) /;

process.channel.ref();
process.send('ready');
const [plan] = await once(process, 'message');
const { scheme, url, node, rooms, messagesPerSecond, atOnce, measureMs } = plan;

const say = new Redis(url, { enableAutoPipelining: true });
const hear = new Redis(url);
const channelOf = (room) => (scheme === 'one' ? 'bus:all' : `bus:room:${room}`);
const publish = scheme === 'sharded' ? 'spublish' : 'publish';
const has = new Set(rooms);

// What a server puts on the bus: the event as clients get it.
const event = (room) => ({
  event: 'message:new',
  roomId: room,
  payload: {
    id: 123456,
    roomId: room,
    seq: 1234,
    senderId: 17,
    content: '.'.repeat(100),
    type: 'TEXT',
    clientId: '0b1f6f5e-6b1c-4f0e-9a4e-0f3f4c1d2e3f',
    createdAt: '2026-01-01T00:00:00.000Z',
    sender: { id: 17, name: 'User 17', picture: null },
  },
});

let received = 0;
let ofOthers = 0;
let unwanted = 0;
let latencies = [];
/** The clock of all processes of a machine. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

const take = (text) => {
  received += 1;
  const [head, room, from, sentAt] = HEAD.exec(text);
  // What is for none of its members goes no further; it has come all the same.
  if (!has.has(Number(room))) {
    unwanted += 1;
    return;
  }
  JSON.parse(text.slice(head.length));
  if (Number(from) === node) return;
  ofOthers += 1;
  latencies.push(now() - Number(sentAt));
};
hear.on('message', (_channel, text) => take(text));
hear.on('smessage', (_channel, text) => take(text));

const channels = scheme === 'one' ? [channelOf()] : rooms.map(channelOf);
await hear.ping();
const subscribing = process.cpuUsage();
if (scheme === 'sharded') await Promise.all(channels.map((channel) => hear.ssubscribe(channel)));
else {
  for (let at = 0; at < channels.length; at += SUBSCRIBE_AT_ONCE)
    await hear.subscribe(...channels.slice(at, at + SUBSCRIBE_AT_ONCE));
}
const subscribed = process.cpuUsage(subscribing);
const secondsOf = ({ user, system }) => (user + system) / 1e6;

process.send('subscribed');
const [command] = await once(process, 'message');
if (command === 'start') {
  let sent = 0;
  const counts = () => ({ sent, received, ofOthers, unwanted });
  const timer =
    rooms.length > 0 &&
    setInterval(
      () => {
        for (let i = 0; i < atOnce; i++) {
          const room = rooms[sent % rooms.length];
          const text = `${room} ${node} ${now()} ${JSON.stringify(event(room))}`;
          say[publish](channelOf(room), text);
          sent += 1;
        }
      },
      (atOnce / messagesPerSecond) * 1_000,
    );
  await sleep(WARM_UP_MS);
  latencies = [];
  process.send('measuring');
  const before = { counts: counts(), cpu: process.cpuUsage() };
  await sleep(measureMs);
  const cpuSeconds = secondsOf(process.cpuUsage(before.cpu));
  const after = counts();
  clearInterval(timer);
  await sleep(SETTLE_MS);
  const inTime = Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before.counts[key]]));
  process.send({ ...inTime, cpuSeconds, latencies, all: counts() });
} else process.send({ subscriptions: channels.length, cpuSeconds: secondsOf(subscribed) });

await once(process, 'message');
say.disconnect();
hear.disconnect();
process.disconnect();
