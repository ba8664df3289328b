'use client';

import { ChatRoomProvider, useChatConnection, useRoom, useRoomSnapshot } from '@dream-studio/sdk/react';
import { CircleAlert, CloudOff, DoorClosed } from 'lucide-react';
import { useRef } from 'react';
import { MembersDialog } from '@/features/members/members-dialog';
import { MembersPanel } from '@/features/members/members-panel';
import { useMembersView } from '@/features/members/use-members-view';
import { Conversation } from '@/features/messages/conversation';
import { UnsentMessages } from '@/features/messages/unsent-messages';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Loading } from '@/ui/spinner';
import { RoomHeader } from './room-header';

interface RoomViewProps {
  roomId: number;
  onOpen: (roomId: number | null) => void;
}

/** The open room: who is there, what was said, and what to say next. */
export function RoomView({ roomId, onOpen }: RoomViewProps) {
  return (
    <ChatRoomProvider roomId={roomId}>
      <OpenRoom onOpen={onOpen} />
    </ChatRoomProvider>
  );
}

function OpenRoom({ onOpen }: Pick<RoomViewProps, 'onOpen'>) {
  const room = useRoomSnapshot((snapshot) => snapshot.room);
  const membersView = useMembersView();
  // What it was called, for when it is gone.
  const name = useRef<string>(undefined);
  if (room) name.current = room.name;
  const close = () => onOpen(null);
  const group = room?.type === 'GROUP';

  return (
    <>
      <main className="flex min-h-0 min-w-0 flex-1 flex-col">
        {room ? (
          <>
            <RoomHeader room={room} membersView={membersView} onClose={close} />
            <Conversation room={room} />
          </>
        ) : (
          <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
            <NoRoom name={name.current} onClose={close} />
            <UnsentMessages />
          </div>
        )}
      </main>
      {group && membersView.wide && membersView.shown && (
        <MembersPanel room={room} onClose={membersView.hide} onOpenRoom={onOpen} />
      )}
      {group && !membersView.wide && (
        <MembersDialog room={room} open={membersView.shown} onClose={membersView.hide} onOpenRoom={onOpen} />
      )}
    </>
  );
}

/** Not loaded yet, not there, or not ours any more. */
function NoRoom({ name, onClose }: { name: string | undefined; onClose: () => void }) {
  const room = useRoom();
  const error = useRoomSnapshot((snapshot) => snapshot.error);
  const connected = useChatConnection() === 'connected';
  const back = (
    <Button variant="soft" onClick={onClose}>
      Back to conversations
    </Button>
  );
  if (!error && name === undefined) return <Loading label="Opening the conversation…" />;
  if (error?.code === 'UNAVAILABLE' && !connected) {
    return (
      <Notice icon={CloudOff} title="The chat server cannot be reached" role="status" actions={back}>
        The conversation opens as soon as it is back.
      </Notice>
    );
  }
  if (error && error.code !== 'NOT_A_MEMBER') {
    const actions = (
      <>
        <Button onClick={() => void room.reload()}>Try again</Button>
        {back}
      </>
    );
    return (
      <Notice icon={CircleAlert} title="The conversation could not be opened" role="alert" actions={actions}>
        {error.message}
      </Notice>
    );
  }
  return (
    <div data-testid="room-gone" className="m-auto">
      <Notice icon={DoorClosed} title="This conversation is closed to you" role="alert" actions={back}>
        {name ? (
          <span className="break-words">You are not a member of “{name}” any more.</span>
        ) : (
          'You are not a member of this room.'
        )}
      </Notice>
    </div>
  );
}
