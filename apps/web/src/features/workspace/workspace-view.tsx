'use client';

import { MessagesSquare } from 'lucide-react';
import { useEffect } from 'react';
import { ConnectionBanner } from '@/features/connection/connection-banner';
import { RoomSidebar } from '@/features/rooms/room-sidebar';
import { RoomView } from '@/features/rooms/room-view';
import { useStore } from '@/lib/store';
import { cx } from '@/ui/cx';
import { Notice } from '@/ui/notice';
import { useOpenRoom } from './use-open-room';
import { useWorkspace } from './workspace-context';

/** The rooms beside the open one; on a phone, one of the two. */
export function WorkspaceView() {
  const workspace = useWorkspace();
  const { roomId, openRoom } = useOpenRoom();
  useEffect(() => workspace.open(roomId), [workspace, roomId]);
  useUnreadTitle(roomId);

  return (
    <div className="flex h-dvh flex-col bg-canvas">
      <ConnectionBanner />
      <div className="grid min-h-0 flex-1 grid-cols-1 grid-rows-1 md:grid-cols-[19rem_1fr] xl:grid-cols-[21.5rem_1fr]">
        <RoomSidebar
          openRoomId={roomId}
          onOpen={openRoom}
          className={cx('md:border-r md:border-line', roomId !== null && 'max-md:hidden')}
        />
        <main className={cx('flex min-h-0 min-w-0 flex-col', roomId === null && 'max-md:hidden')}>
          {roomId === null ? <NoRoomOpen /> : <RoomView key={roomId} roomId={roomId} onClose={() => openRoom(null)} />}
        </main>
      </div>
    </div>
  );
}

function NoRoomOpen() {
  const { me, rooms } = useWorkspace();
  const started = useStore(rooms.state, (state) => state.rooms.length > 0);
  return (
    <Notice icon={MessagesSquare} title={started ? 'Pick up where you left off' : `Welcome, ${me.name}`}>
      {started
        ? 'Choose a conversation on the left, or start a new one.'
        : 'Conversations you start or are invited to open up here.'}
    </Notice>
  );
}

/** Counts in the title of the tab what is unread and not in sight. */
function useUnreadTitle(openRoomId: number | null) {
  const { rooms } = useWorkspace();
  const unread = useStore(rooms.state, (state) => {
    const seenId = document.visibilityState === 'visible' ? openRoomId : null;
    return state.rooms.reduce((sum, room) => (room.id === seenId ? sum : sum + room.unread), 0);
  });
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Dream Studio Chat` : 'Dream Studio Chat';
  }, [unread]);
}
