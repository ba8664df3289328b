'use client';

import type { Room } from '@dream-studio/sdk';
import { useOnline } from '@dream-studio/sdk/react';
import { Avatar } from '@/ui/avatar';

/** Of a direct room: the other person, and whether they are online. */
export function RoomAvatar({ room }: { room: Room }) {
  const online = useOnline(room.peer?.id);
  if (room.type === 'GROUP') return <Avatar id={room.id} name={room.name} room />;
  return (
    <>
      <Avatar id={room.peer?.id ?? room.id} name={room.name} online={online} />
      {online && <span className="sr-only">Online. </span>}
    </>
  );
}
