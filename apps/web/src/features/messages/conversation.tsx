'use client';

import type { Room, User } from '@dream-studio/sdk';
import { useMe, useRoom } from '@dream-studio/sdk/react';
import { Archive } from 'lucide-react';
import { useCallback, useMemo, useRef } from 'react';
import { Composer } from '@/features/composer/composer';
import { TypingLine } from '@/features/typing/typing-line';
import { hasHover } from '@/lib/media';
import { Announcer } from './announcer';
import { MessageList } from './message-list';
import { useCommands } from './use-commands';

/** What was said in the open room, and what to say next. */
export function Conversation({ room }: { room: Room }) {
  const me = useMe();
  return me && <ConversationOf room={room} me={me} />;
}

function ConversationOf({ room, me }: { room: Room; me: User }) {
  const live = useRoom(room.id);
  const composer = useRef<HTMLTextAreaElement>(null);
  const focusComposer = useCallback(() => {
    if (hasHover()) composer.current?.focus();
  }, []);
  const { commands, editingId, hidden } = useCommands(room.id, focusComposer);
  const writable = room.archivedAt === null;
  const moderator = room.myRole !== 'MEMBER';
  const rights = useMemo(() => ({ userId: me.id, writable, moderator }), [me.id, writable, moderator]);

  const editLast = useCallback(() => {
    const mine = live
      .get()
      .messages.findLast(
        ({ id, senderId, deletedAt, fileUrl }) => id !== null && senderId === me.id && !deletedAt && !fileUrl,
      );
    if (mine?.id) commands.beginEdit(mine.id);
  }, [live, me.id, commands]);

  return (
    <>
      <MessageList room={room} rights={rights} commands={commands} editingId={editingId} hidden={hidden} />
      <Announcer roomId={room.id} userId={me.id} />
      <TypingLine roomId={room.id} />
      {writable ? (
        <Composer roomId={room.id} roomName={room.name} userId={me.id} inputRef={composer} onEditLast={editLast} />
      ) : (
        <ArchivedNote />
      )}
    </>
  );
}

function ArchivedNote() {
  return (
    <p
      data-testid="archived-note"
      className="flex items-center justify-center gap-2 border-t border-line px-4 py-5 text-sm text-ink-soft"
    >
      <Archive aria-hidden="true" className="size-4 shrink-0" />
      This room is archived: it can be read, not written.
    </p>
  );
}
