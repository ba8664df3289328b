import { ChatRoomProvider } from '@dream-studio/sdk/react';
import type { TestServer } from '@dream-studio/sdk/testing';
import { withoutRooms } from '../clients';
import { byTestId, keepTyping, type } from '../drive';
import type { Situation } from '../example';
import { PEOPLE } from '../people';
import { daysAgo, minutesAgo } from '../times';
import { sidebar } from './views';

const { ann, bob, cem, dora, eve, grace } = PEOPLE;
const LONG_NAME = 'A room with a name that is as long as names of rooms may be, and then a little bit';

/** Rooms of all kinds. Returns the one in which someone types: only of an open room it is told. */
function seedRooms(server: TestServer): number {
  const old = server.addRoom({ name: 'Summer party', members: [ann.id, bob.id] });
  server.call(ann.id, 'room.archive', { roomId: old.id });
  server.addRoom({ name: 'Reading list', members: [ann.id, cem.id] });
  server.addRoom({
    name: 'Deleted last',
    members: [ann.id, bob.id],
    messages: [{ from: bob.id, content: 'Oops', at: daysAgo(9) }],
    readBy: [ann.id],
  });
  const [deleted] = server.state.messages(3);
  if (deleted) server.call(bob.id, 'message.delete', { messageId: deleted.id });
  const file = { type: 'IMAGE' as const, content: '', fileUrl: 'https://example.com/palette.png' };
  server.addRoom({
    name: 'Pictures',
    members: [ann.id, dora.id],
    messages: [{ from: dora.id, ...file, at: daysAgo(3) }],
    readBy: [ann.id],
  });
  server.addRoom({
    type: 'DIRECT',
    members: [ann.id, grace.id],
    messages: [{ from: ann.id, content: 'Thank you, see you on **Monday**!', at: daysAgo(1) }],
    readBy: [ann.id],
  });
  server.addRoom({
    name: LONG_NAME.slice(0, 80),
    members: [ann.id, bob.id],
    messages: Array.from({ length: 120 }, (_, index) => ({
      from: bob.id,
      content: `Note ${index} ${'and so on '.repeat(20)}`,
      at: minutesAgo(300 - index),
    })),
  });
  server.addRoom({
    type: 'DIRECT',
    members: [ann.id, cem.id],
    messages: [{ from: cem.id, content: 'Did you see the new palette? `#f2a65a`', at: minutesAgo(12) }],
  });
  server.setOnline(cem.id, true);
  const open = server.addRoom({
    name: 'Design review',
    members: [ann.id, bob.id, eve.id],
    messages: [{ from: eve.id, content: 'Both done. Ship it?', at: minutesAgo(2) }],
  });
  return open.id;
}

const FOREVER = { times: Number.POSITIVE_INFINITY };

/** The list of rooms and the search in it. */
export const ROOMS: readonly Situation[] = [
  {
    title: 'Rooms of all kinds',
    size: 'phone',
    height: 760,
    seed: seedRooms,
    show: (scene) => <ChatRoomProvider roomId={scene.roomId}>{sidebar(scene)}</ChatRoomProvider>,
    async play({ server, roomId, chat }, frame) {
      await byTestId(frame, 'room-item');
      await chat.connect();
      await server.settled();
      keepTyping(server, roomId, [bob], frame);
    },
  },
  {
    title: 'Rooms loading',
    size: 'phone',
    client: withoutRooms,
    show: sidebar,
  },
  { title: 'No rooms', size: 'phone', show: sidebar },
  {
    title: 'Rooms could not be loaded',
    size: 'phone',
    seed: (server) => void server.faults.fail('room.list', 'INTERNAL', FOREVER),
    show: sidebar,
  },
  {
    title: 'Rooms may be out of date',
    size: 'phone',
    seed: (server) => void seedRooms(server),
    show: sidebar,
    async play({ server, chat }, frame) {
      await byTestId(frame, 'room-item');
      await chat.connect();
      await server.settled();
      server.faults.fail('room.list', 'INTERNAL', FOREVER);
      await chat.roomList.load();
    },
  },
  {
    title: 'Search with results',
    size: 'phone',
    seed: (server) => void seedRooms(server),
    show: sidebar,
    async play(_, frame) {
      await byTestId(frame, 'room-item');
      type(await byTestId(frame, 'room-search'), 'i');
      await byTestId(frame, 'person-result');
    },
  },
  {
    title: 'Search without results',
    size: 'phone',
    seed: (server) => void seedRooms(server),
    show: sidebar,
    async play(_, frame) {
      await byTestId(frame, 'room-item');
      type(await byTestId(frame, 'room-search'), 'zzz');
      await byTestId(frame, 'search-results');
    },
  },
];
