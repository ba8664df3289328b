'use client';

import { Archive, DoorClosed } from 'lucide-react';
import { useCallback, useRef } from 'react';
import { Composer, hasKeyboard } from '@/features/messages/composer';
import { MessageList } from '@/features/messages/message-list';
import { useRoomMessages } from '@/features/messages/use-room-messages';
import { TypingLine } from '@/features/typing/typing-line';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { useStore } from '@/lib/store';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Loading } from '@/ui/spinner';
import { RoomHeader } from './room-header';

interface RoomViewProps {
  roomId: number;
  onClose: () => void;
}

/** The open room: who is there, what was said, and what to say next. */
export function RoomView({ roomId, onClose }: RoomViewProps) {
  const { rooms } = useWorkspace();
  const room = useStore(rooms.state, (state) => state.rooms.find(({ id }) => id === roomId));
  const composer = useRef<HTMLTextAreaElement>(null);
  const focusComposer = useCallback(() => {
    if (hasKeyboard()) composer.current?.focus();
  }, []);
  if (!room) return <NoSuchRoom roomId={roomId} onClose={onClose} />;
  return (
    <>
      <RoomHeader room={room} onClose={onClose} />
      <MessageList room={room} onChanged={focusComposer} />
      <TypingLine roomId={roomId} />
      {room.archivedAt ? <ArchivedNote /> : <Composer room={room} inputRef={composer} />}
    </>
  );
}

function ArchivedNote() {
  return (
    <p className="flex items-center justify-center gap-2 border-t border-line px-4 py-5 text-sm text-ink-soft">
      <Archive aria-hidden="true" className="size-4" />
      This room is archived: it can be read, not written.
    </p>
  );
}

/** Not loaded yet, not there, or not ours any more. */
function NoSuchRoom({ roomId, onClose }: RoomViewProps) {
  const { rooms } = useWorkspace();
  const listed = useStore(rooms.state, (state) => state.status !== 'loading');
  const messages = useRoomMessages(roomId);
  const answered = messages.status === 'ready' || messages.status === 'failed';
  if (!listed || !answered) return <Loading label="Opening the conversation…" />;
  const back = (
    <Button variant="soft" onClick={onClose}>
      Back to conversations
    </Button>
  );
  return (
    <Notice icon={DoorClosed} title="This conversation is closed to you" actions={back}>
      {messages.error ?? 'You are not a member of this room any more.'}
    </Notice>
  );
}
