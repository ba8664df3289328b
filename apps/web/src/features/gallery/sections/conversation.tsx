import type { MessageSeed, TestServer } from '@dream-studio/sdk/testing';
import { withoutHistory, withoutRooms } from '../clients';
import { appears, byTestId, keepTyping } from '../drive';
import type { Scene, Situation } from '../example';
import { PEOPLE } from '../people';
import { minutesAgo } from '../times';
import { FILES, MESSAGES } from './messages';
import { roomView } from './views';

const { ann, bob, cem, dora, eve } = PEOPLE;
const FOREVER = { times: Number.POSITIVE_INFINITY };

const group = { name: 'Design review', members: [ann.id, bob.id, cem.id, dora.id, eve.id], readBy: [ann.id] };
const short = { ...group, messages: MESSAGES.slice(0, 6) };

/** A conversation with everything in it. */
function seedAll(server: TestServer, messages: readonly MessageSeed[]): number {
  const room = server.addRoom({ ...group, messages });
  for (const { id, content, senderId } of server.state.messages(room.id)) {
    if (/edited|So was this/.test(content)) {
      server.call(senderId, 'message.edit', { messageId: id, content: `${content} Later.` });
    }
    if (/deleted|So was that/.test(content)) server.call(senderId, 'message.delete', { messageId: id });
  }
  server.call(ann.id, 'room.markRead', { roomId: room.id, seq: server.state.room(room.id, ann.id).seq });
  for (const who of [bob, dora]) server.setOnline(who.id, true);
  return room.id;
}

const shown = (_: Scene, frame: Document) => byTestId(frame, 'message');

const typing = (title: string, who: readonly { id: number }[]): Situation => ({
  title,
  size: 'phone',
  seed: (server) => server.addRoom({ ...group, messages: MESSAGES.slice(0, 2) }).id,
  show: roomView,
  async play({ server, roomId }, frame) {
    await byTestId(frame, 'message');
    await server.settled();
    keepTyping(server, roomId, who, frame);
    await appears(frame, '[data-testid="typing-line"] p');
  },
});

/** The open room: what can be read in it. */
export const CONVERSATION: readonly Situation[] = [
  {
    title: 'Days, runs, edited and deleted messages',
    height: 900,
    seed: (server) => seedAll(server, [...MESSAGES.slice(0, 8), ...MESSAGES.slice(13)]),
    show: roomView,
    play: shown,
  },
  {
    title: 'Markdown of each kind',
    height: 1200,
    seed: (server) => seedAll(server, MESSAGES.slice(8, 13)),
    show: roomView,
    play: shown,
  },
  {
    title: 'On a phone',
    size: 'phone',
    height: 1500,
    seed: (server) => seedAll(server, MESSAGES.slice(8)),
    show: roomView,
    play: shown,
  },
  {
    title: 'Files of each type',
    size: 'phone',
    height: 780,
    seed: (server) => server.addRoom({ ...group, messages: FILES }).id,
    show: roomView,
    play: shown,
  },
  {
    title: 'New messages',
    size: 'phone',
    seed: (server) => {
      const room = server.addRoom(short);
      for (const { id } of [bob, dora]) {
        server.call(id, 'message.create', { roomId: room.id, content: 'Something that Ann has not seen yet.' });
      }
      return room.id;
    },
    show: roomView,
    play: (_, frame) => byTestId(frame, 'unread-mark'),
  },
  {
    title: 'A way down and a way up',
    size: 'phone',
    seed: (server) => {
      const messages = Array.from({ length: 120 }, (_, index) => ({
        from: index % 3 ? bob.id : dora.id,
        content: `Message ${index + 1}`,
        at: minutesAgo(200 - index),
      }));
      return server.addRoom({ ...group, messages, readBy: [] }).id;
    },
    show: roomView,
    play: (_, frame) => byTestId(frame, 'to-unread'),
  },
  typing('One is typing', [bob]),
  typing('Two are typing', [bob, cem]),
  typing('Many are typing', [bob, cem, dora, eve]),
  {
    title: 'Archived, with a line of the system',
    size: 'phone',
    seed: (server) => {
      const room = server.addRoom(short);
      server.call(ann.id, 'room.archive', { roomId: room.id });
      return room.id;
    },
    show: roomView,
    async play({ server, roomId }, frame) {
      await byTestId(frame, 'archived-note');
      await byTestId(frame, 'message');
      await server.settled();
      const [last] = server.state.messages(roomId).slice(-1);
      const { seq } = server.state.room(roomId, ann.id);
      if (!last) return;
      const system = { id: last.id + 1, seq: seq + 1, type: 'SYSTEM' as const, content: 'Ann Smith archived the room' };
      server.emit(ann.id, 'message:new', { ...last, ...system, clientId: null, createdAt: new Date().toISOString() });
    },
  },
  {
    title: 'Messages loading',
    size: 'phone',
    seed: (server) => server.addRoom(short).id,
    client: withoutHistory,
    show: roomView,
    play: (_, frame) => byTestId(frame, 'messages'),
  },
  {
    title: 'Messages could not be loaded',
    size: 'phone',
    seed: (server) => {
      server.faults.fail('message.list', 'INTERNAL', FOREVER);
      return server.addRoom(short).id;
    },
    show: roomView,
    play: (_, frame) => appears(frame, '[role="alert"]'),
  },
  {
    title: 'A room nobody wrote in',
    size: 'phone',
    seed: (server) => server.addRoom(group).id,
    show: roomView,
    play: (_, frame) => byTestId(frame, 'messages'),
  },
  {
    title: 'A direct conversation nobody wrote in',
    size: 'phone',
    seed: (server) => server.addRoom({ type: 'DIRECT', members: [ann.id, cem.id] }).id,
    show: roomView,
    play: (_, frame) => byTestId(frame, 'messages'),
  },
  {
    title: 'The conversation opens',
    size: 'phone',
    seed: (server) => server.addRoom(short).id,
    client: (chat) => withoutRooms(withoutHistory(chat)),
    show: roomView,
    play: (_, frame) => appears(frame, '[role="status"]'),
  },
  {
    title: 'Closed to you: never a member',
    size: 'phone',
    seed: (server) => server.addRoom({ name: 'Secret', members: [bob.id] }).id,
    show: roomView,
    play: (_, frame) => byTestId(frame, 'room-gone'),
  },
  {
    title: 'Closed to you: removed',
    size: 'phone',
    seed: (server) => server.addRoom({ ...short, members: [bob.id, ann.id, dora.id] }).id,
    show: roomView,
    async play({ server, roomId }, frame) {
      await byTestId(frame, 'message');
      await server.settled();
      server.call(bob.id, 'member.remove', { roomId, userId: ann.id });
      await byTestId(frame, 'room-gone');
    },
  },
  {
    title: 'Closed to you, with a message that was refused',
    size: 'phone',
    seed: (server) => server.addRoom({ name: 'Secret', members: [bob.id] }).id,
    show: roomView,
    async play({ chat, roomId }, frame) {
      await byTestId(frame, 'room-gone');
      chat.room(roomId).send('Am I too late?');
      await byTestId(frame, 'send-failed');
    },
  },
  {
    title: 'Without the server, with messages that wait',
    size: 'phone',
    seed: (server) => {
      server.faults.goDown();
      return server.addRoom(short).id;
    },
    show: roomView,
    async play({ chat, roomId }, frame) {
      await appears(frame, '[role="status"]');
      for (const text of ['Written before the page was loaded.', 'And this.']) chat.room(roomId).send(text);
      await byTestId(frame, 'send-waiting');
    },
  },
];
