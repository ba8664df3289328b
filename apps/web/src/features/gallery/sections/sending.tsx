import { BOUNDS } from '@dream-studio/sdk';
import type { TestServer } from '@dream-studio/sdk/testing';
import { createDrafts } from '@/features/composer/drafts';
import { appears, byTestId, press, type } from '../drive';
import type { Scene, Situation } from '../example';
import { PEOPLE, type Person } from '../people';
import { MESSAGES } from './messages';
import { roomView } from './views';

const { ann, bob, dora } = PEOPLE;
const FOREVER = { times: Number.POSITIVE_INFINITY };

const seed = (server: TestServer) =>
  server.addRoom({
    name: 'Design review',
    members: [ann.id, bob.id, dora.id],
    messages: MESSAGES.slice(0, 6),
    readBy: [ann.id],
  }).id;

/** Resolves when the room is there and everything has arrived. */
async function open({ server, chat }: Scene, frame: Document): Promise<void> {
  await byTestId(frame, 'message');
  await chat.connect();
  await server.settled();
}

const send = ({ chat, roomId }: Scene, ...texts: readonly string[]) => {
  for (const text of texts) chat.room(roomId).send(text);
};

/** Somebody with a draft: drafts are this browser's, and would show up in each example of Ann's. */
const drafting = (title: string, me: Person, text: string): Situation => ({
  title,
  size: 'phone',
  me,
  seed(server) {
    const { id } = server.addRoom({ name: 'Design review', members: [me.id, bob.id], messages: [] });
    createDrafts(localStorage, me.id).write(id, text);
    return id;
  },
  show: roomView,
  play: (_, frame) => byTestId(frame, 'composer'),
});

const writer = (index: number): Person => ({ ...ann, id: ann.id + 50 + index });
const almost = 'word '.repeat(BOUNDS.contentMaxLength / 5).slice(0, BOUNDS.contentMaxLength - 20);

/** The open room: what is written in it, and what becomes of that. */
export const SENDING: readonly Situation[] = [
  {
    title: 'Sending',
    size: 'phone',
    seed,
    show: roomView,
    async play(scene, frame) {
      await open(scene, frame);
      scene.server.faults.delay('message.create', 3_600_000, { packet: 'request' });
      send(scene, 'This one is on its way.', 'This one is next.');
    },
  },
  {
    title: 'Queued without connection',
    size: 'phone',
    seed,
    show: roomView,
    async play(scene, frame) {
      await open(scene, frame);
      scene.server.faults.goDown();
      send(scene, 'Sent as soon as there is a connection.');
      await byTestId(frame, 'send-waiting');
    },
  },
  {
    title: 'Failed, with Retry',
    size: 'phone',
    seed,
    show: roomView,
    async play(scene, frame) {
      await open(scene, frame);
      scene.server.faults.fail('message.create', 'FORBIDDEN');
      send(scene, 'This one was refused.');
      await byTestId(frame, 'send-failed');
    },
  },
  {
    title: 'Sending too fast',
    size: 'phone',
    seed,
    show: roomView,
    async play(scene, frame) {
      await open(scene, frame);
      scene.server.faults.limit('message.create', 55_000, FOREVER);
      send(scene, 'One', 'Two', 'Three');
      await byTestId(frame, 'limit-notice');
    },
  },
  {
    title: 'Editing',
    size: 'phone',
    seed,
    show: roomView,
    async play(scene, frame) {
      await open(scene, frame);
      press(await byTestId(frame, 'composer'), 'ArrowUp');
      await byTestId(frame, 'message-editor');
    },
  },
  {
    title: 'Editing, refused',
    size: 'phone',
    seed,
    show: roomView,
    async play(scene, frame) {
      await open(scene, frame);
      scene.server.faults.fail('message.edit', 'INTERNAL', FOREVER);
      press(await byTestId(frame, 'composer'), 'ArrowUp');
      const editor = await byTestId<HTMLTextAreaElement>(frame, 'message-editor');
      type(editor, 'On it, today.');
      await appears(frame, '[data-testid="save-edit"]:not(:disabled)');
      press(editor, 'Enter');
      await appears(frame, '[role="alert"]');
    },
  },
  drafting('A draft of some lines', writer(0), 'Dear all,\n\nthe plum is deeper now.\nLet me know!'),
  drafting('Characters left', writer(1), almost),
  drafting('Too many characters', writer(2), `${almost}${'!'.repeat(32)}`),
];
