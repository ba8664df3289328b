'use client';

import { useRooms } from '@dream-studio/sdk/react';
import { MessagesSquare } from 'lucide-react';
import { ConnectionBanner } from '@/features/connection/connection-banner';
import { RoomSidebar } from '@/features/rooms/room-sidebar';
import { RoomView } from '@/features/rooms/room-view';
import { cx } from '@/ui/cx';
import { Notice } from '@/ui/notice';
import { useMembershipNotices } from './use-membership-notices';
import { useOpenRoom } from './use-open-room';
import { useUnreadTitle } from './use-unread-title';
import { useSelf } from './workspace-context';

/** The rooms beside the open one; on a phone, one of the two. */
export function WorkspaceView() {
  const { roomId, openRoom } = useOpenRoom();
  useMembershipNotices(roomId, openRoom);

  return (
    <div className="flex h-dvh flex-col bg-canvas">
      <header>
        <h1 className="sr-only">Dream Studio Chat</h1>
        <ConnectionBanner />
      </header>
      <UnreadTitle roomId={roomId} />
      <div className="flex min-h-0 flex-1">
        <RoomSidebar
          openRoomId={roomId}
          onOpen={openRoom}
          className={cx(
            'w-full shrink-0 md:w-[19rem] md:border-r md:border-line xl:w-[21.5rem]',
            roomId !== null && 'max-md:hidden',
          )}
        />
        {roomId === null ? <NoRoomOpen /> : <RoomView key={roomId} roomId={roomId} onOpen={openRoom} />}
      </div>
    </div>
  );
}

/** By itself, so that the list's changes do not render the whole page. */
function UnreadTitle({ roomId }: { roomId: number | null }) {
  useUnreadTitle(roomId);
  return null;
}

function NoRoomOpen() {
  const me = useSelf();
  const started = useRooms().rooms.length > 0;
  return (
    <main className="flex min-h-0 min-w-0 flex-1 flex-col max-md:hidden">
      <Notice icon={MessagesSquare} title={started ? 'Pick up where you left off' : `Welcome, ${me.name}`}>
        {started
          ? 'Choose a conversation on the left, or start a new one.'
          : 'Conversations you start or are invited to open up here.'}
      </Notice>
    </main>
  );
}
