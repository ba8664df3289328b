import type { Room } from '@dream-studio/sdk';
import { ChatRoomProvider, useRoomSnapshot } from '@dream-studio/sdk/react';
import type { TestServer } from '@dream-studio/sdk/testing';
import { type ReactNode, useState } from 'react';
import { MembersDialog } from '@/features/members/members-dialog';
import { MembersPanel } from '@/features/members/members-panel';
import { Button } from '@/ui/button';
import { byTestId } from '../drive';
import type { Scene, Situation } from '../example';
import { crowd, PEOPLE } from '../people';

const { ann, bob, cem, dora, eve, finn, grace } = PEOPLE;
const nothing = () => {};
/** Whoever is gone for this long is offline. */
const GRACE_MS = 5_000;

function WhenOpen({ children }: { children: (room: Room) => ReactNode }) {
  const room = useRoomSnapshot((snapshot) => snapshot.room);
  return room && children(room);
}

const withRoom = (children: (room: Room) => ReactNode) => {
  const show = ({ roomId }: Scene) => (
    <ChatRoomProvider roomId={roomId}>
      <WhenOpen>{children}</WhenOpen>
    </ChatRoomProvider>
  );
  return show;
};

const panel = withRoom((room) => (
  <div className="flex h-dvh">
    <MembersPanel room={room} onClose={nothing} onOpenRoom={nothing} />
  </div>
));

function DialogByButton({ room }: { room: Room }) {
  const [open, setOpen] = useState(false);
  return (
    <main className="flex h-dvh items-center justify-center bg-canvas">
      <Button variant="soft" onClick={() => setOpen(true)} data-testid="open-members-dialog">
        Open the dialog
      </Button>
      <MembersDialog room={room} open={open} onClose={() => setOpen(false)} onOpenRoom={nothing} />
    </main>
  );
}

/** Bob owns it; some are online, some have been seen. */
function seedSmall(server: TestServer, owner = bob): number {
  const others = [ann, bob, cem, dora, eve, finn, grace].filter(({ id }) => id !== owner.id).map(({ id }) => id);
  for (const { id } of [bob, cem, dora, eve]) server.setOnline(id, true);
  server.setOnline(cem.id, false);
  void server.clock.advance(GRACE_MS);
  return server.addRoom({ name: 'Design review', members: [owner.id, ...others], admins: [dora.id] }).id;
}

function seedLarge(server: TestServer): number {
  const people = crowd(999);
  for (const person of people) server.addUser(person);
  const { id } = server.addRoom({
    name: 'Everyone',
    members: [bob.id, ...people.map((one) => one.id).slice(1), ann.id],
  });
  for (const person of people.slice(1, 90)) server.setOnline(person.id, true);
  return id;
}

const shown = (_: Scene, frame: Document) => byTestId(frame, 'member');

/** Who is in a room. */
export const MEMBERS: readonly Situation[] = [
  { title: 'Members, as one of them', size: 'panel', seed: (server) => seedSmall(server), show: panel, play: shown },
  { title: 'Members, as the owner', size: 'panel', seed: (server) => seedSmall(server, ann), show: panel, play: shown },
  { title: 'Members of a room of 1,000', size: 'panel', seed: seedLarge, show: panel, play: shown },
  {
    title: 'Members loading',
    size: 'panel',
    seed: (server) => {
      server.faults.delay('member.list', 3_600_000, { times: Number.POSITIVE_INFINITY });
      return seedSmall(server);
    },
    show: panel,
    play: (_, frame) => byTestId(frame, 'members-panel'),
  },
  {
    title: 'Members in a dialog',
    size: 'panel',
    height: 160,
    seed: (server) => seedSmall(server, ann),
    show: withRoom((room) => <DialogByButton room={room} />),
    play: (_, frame) => byTestId(frame, 'open-members-dialog'),
  },
];
