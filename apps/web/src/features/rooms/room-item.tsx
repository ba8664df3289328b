'use client';

import type { Room } from '@dream-studio/sdk';
import { usePeer } from '@/features/members/use-members';
import { useTypists } from '@/features/typing/typing-line';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { formatWhen } from '@/lib/format';
import { useStore } from '@/lib/store';
import { Avatar } from '@/ui/avatar';
import { cx } from '@/ui/cx';
import { roomPreview } from './room-preview';

interface RoomItemProps {
  room: Room;
  open: boolean;
  onOpen: () => void;
}

export function RoomItem({ room, open, onOpen }: RoomItemProps) {
  const { me } = useWorkspace();
  const typing = useTypists(room.id).length > 0;
  const unread = open ? 0 : room.unread;
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        aria-current={open ? 'page' : undefined}
        data-testid="room-item"
        data-room-id={room.id}
        className={cx(
          'flex w-full items-center gap-3 rounded-xl px-2.5 py-2.5 text-left transition-colors',
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
            <time dateTime={lastAt(room)} className="shrink-0 text-xs text-ink-faint">
              {formatWhen(lastAt(room))}
            </time>
          </span>
          <span className="mt-0.5 flex items-center gap-2">
            <span className={cx('min-w-0 flex-1 truncate text-[13px]', previewTone(typing, unread))}>
              {typing ? 'Typing…' : roomPreview(room, me.id)}
            </span>
            {unread > 0 && <UnreadBadge count={unread} />}
          </span>
        </span>
      </button>
    </li>
  );
}

const lastAt = (room: Room) => room.lastMessage?.createdAt ?? room.createdAt;

const previewTone = (typing: boolean, unread: number) => {
  if (typing) return 'text-brand-text';
  return unread ? 'text-ink' : 'text-ink-soft';
};

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

/** Of a direct room: the other person, and whether they are online. */
export function RoomAvatar({ room }: { room: Room }) {
  const { presence } = useWorkspace();
  const peer = usePeer(room);
  const online = useStore(presence.state, (state) => peer !== undefined && state.online.has(peer.id));
  if (room.type === 'GROUP') return <Avatar id={room.id} name={room.name} room />;
  return <Avatar id={peer?.id ?? room.id} name={room.name} online={online} />;
}
