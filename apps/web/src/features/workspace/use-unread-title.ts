import { useRooms } from '@dream-studio/sdk/react';
import { useEffect } from 'react';
import { formatUnread } from '@/lib/format';
import { usePageVisible } from '@/lib/use-page-visible';

const NAME = 'Dream Studio Chat';

/** Names the open room in the title of the tab, and counts what is unread and not in sight. */
export function useUnreadTitle(openRoomId: number | null): void {
  const { rooms, unread } = useRooms();
  const visible = usePageVisible();
  const open = rooms.find((room) => room.id === openRoomId);
  const hidden = unread - (visible && open ? open.unread : 0);
  const title = [hidden > 0 && `(${formatUnread(hidden)})`, open && `${open.name} ·`, NAME].filter(Boolean).join(' ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
