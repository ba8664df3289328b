'use client';

import type { Room } from '@dream-studio/sdk';
import { useTyping } from '@dream-studio/sdk/react';
import { Archive } from 'lucide-react';
import { memo } from 'react';
import { useSelf } from '@/features/workspace/workspace-context';
import { formatFull, formatWhen } from '@/lib/format';
import { cx } from '@/ui/cx';
import { RoomAvatar } from './room-avatar';
import { roomPreview } from './room-preview';
import { rovingItem } from './use-roving-focus';

interface RoomItemProps {
  room: Room;
  open: boolean;
  /** Whether Tab arrives at it. */
  tabStop: boolean;
  onOpen: (roomId: number) => void;
}

export const roomKey = (roomId: number) => `room-${roomId}`;

/** A room in the list. Renders again only when the room itself changes. */
export const RoomItem = memo(function RoomItem({ room, open, tabStop, onOpen }: RoomItemProps) {
  // What is open is being read.
  const unread = open ? 0 : room.unread;
  return (
    <li className="[contain-intrinsic-size:auto_3.875rem] [content-visibility:auto]">
      <button
        type="button"
        onClick={() => onOpen(room.id)}
        aria-current={open ? 'page' : undefined}
        data-testid="room-item"
        data-room-id={room.id}
        {...rovingItem(roomKey(room.id), tabStop)}
        className={cx(
          'flex w-full items-center gap-3 rounded-xl px-2.5 py-2.5 text-left transition-colors focus-visible:-outline-offset-2',
          open ? 'bg-active [--avatar-ring:var(--active)]' : '[--avatar-ring:var(--panel)] hover:bg-hover',
        )}
      >
        <RoomAvatar room={room} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span
              className={cx('min-w-0 flex-1 truncate text-[15px] text-ink', unread ? 'font-semibold' : 'font-medium')}
            >
              {room.name}
            </span>
            <LastAt room={room} unread={unread > 0} />
          </span>
          <span className="mt-0.5 flex items-center gap-2">
            <Preview room={room} unread={unread > 0} />
            {room.archivedAt && <ArchivedTag />}
            {unread > 0 && <UnreadBadge count={unread} />}
          </span>
        </span>
      </button>
    </li>
  );
});

function LastAt({ room, unread }: { room: Room; unread: boolean }) {
  const at = room.lastMessage?.createdAt ?? room.createdAt;
  return (
    <time
      dateTime={at}
      title={formatFull(at)}
      className={cx('shrink-0 text-xs tabular-nums', unread ? 'font-medium text-brand-text' : 'text-ink-soft')}
    >
      {formatWhen(at)}
    </time>
  );
}

function Preview({ room, unread }: { room: Room; unread: boolean }) {
  const me = useSelf();
  const { typingUsers } = useTyping(room.id);
  const [first] = typingUsers;
  const typing = room.type === 'GROUP' && first ? `${first.name.split(' ')[0]} is typing…` : 'Typing…';
  return (
    <span
      data-testid="room-preview"
      className={cx(
        'min-w-0 flex-1 truncate text-[13px]',
        first ? 'text-brand-text' : unread ? 'text-ink' : 'text-ink-soft',
      )}
    >
      {first ? typing : roomPreview(room, me.id)}
    </span>
  );
}

function ArchivedTag() {
  return (
    <span
      data-testid="archived-tag"
      className="flex shrink-0 items-center gap-1 rounded-full border border-line px-1.5 text-[11px] leading-[18px] text-ink-soft"
    >
      <Archive aria-hidden="true" className="size-3" />
      Archived
    </span>
  );
}

function UnreadBadge({ count }: { count: number }) {
  return (
    <span
      data-testid="unread-count"
      className="flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full bg-glow px-1.5 text-xs font-semibold text-on-glow tabular-nums"
    >
      {count > 99 ? '99+' : count}
      <span className="sr-only"> unread</span>
    </span>
  );
}
