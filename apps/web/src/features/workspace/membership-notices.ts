import type { ChatClient, Room } from '@dream-studio/sdk';

/** Rooms remembered after they left the list. */
const GONE_MAX = 20;

interface Options {
  chat: Pick<ChatClient, 'on' | 'roomList'>;
  userId: number;
  /** Says something about a room; it can be opened unless it is gone. */
  say: (text: string, room: Room | null) => void;
}

const ROLE_TEXTS: Record<Room['myRole'], (name: string) => string> = {
  OWNER: (name) => `${name} is yours now: you own it.`,
  ADMIN: (name) => `You are an admin of ${name} now.`,
  MEMBER: (name) => `You are no longer an admin of ${name}.`,
};

/** Tells the user what others did about their membership. Returns what ends that. */
export function watchMembership({ chat, userId, say }: Options): () => void {
  /** As they were last: a removal may have taken the room out of the list before it is told of here. */
  let rooms: ReadonlyMap<number, Room> = new Map();
  let gone: ReadonlyMap<number, Room> = new Map();
  /** Added to, and not in the list yet. */
  const awaited = new Set<number>();

  const look = () => {
    const before = rooms;
    rooms = new Map(chat.roomList.get().rooms.map((room) => [room.id, room]));
    for (const roomId of awaited) {
      const room = rooms.get(roomId);
      if (!room) continue;
      awaited.delete(roomId);
      // Someone who begins a direct conversation is about to write.
      if (room.type === 'GROUP') say(`You were added to ${room.name}.`, room);
    }
    gone = new Map([...gone, ...[...before].filter(([id]) => !rooms.has(id))].slice(-GONE_MAX));
  };
  const isMine = (event: { userId: number; by: number }) => event.userId === userId && event.by !== userId;
  const endings = [
    chat.roomList.subscribe(look),
    chat.on('member:added', (event) => {
      if (!isMine(event)) return;
      awaited.add(event.roomId);
      look();
    }),
    chat.on('member:removed', (event) => {
      awaited.delete(event.roomId);
      const room = rooms.get(event.roomId) ?? gone.get(event.roomId);
      if (isMine(event) && room) say(`You were removed from ${room.name}.`, null);
    }),
    chat.on('member:role', (event) => {
      const room = rooms.get(event.roomId);
      if (isMine(event) && room) say(ROLE_TEXTS[event.role](room.name), room);
    }),
  ];
  look();
  return () => {
    for (const end of endings) end();
  };
}
