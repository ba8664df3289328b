import { RoomSidebar } from '@/features/rooms/room-sidebar';
import { RoomView } from '@/features/rooms/room-view';
import type { Scene } from '../example';

const nothing = () => {};

/** The list of rooms as the whole window: as on a phone. */
export const sidebar = ({ roomId }: Scene) => (
  <RoomSidebar openRoomId={roomId || null} onOpen={nothing} className="h-dvh" />
);

/** The open room as the whole window. */
export const roomView = ({ roomId }: Scene) => (
  <div className="flex h-dvh bg-canvas">
    <RoomView roomId={roomId} onOpen={nothing} />
  </div>
);
