import { useChatClient } from '@dream-studio/sdk/react';
import { useEffect } from 'react';
import { showToast } from '@/ui/toaster';
import { watchMembership } from './membership-notices';
import { useSelf } from './workspace-context';

/** Toasts for being added, removed or given a role, with a way to the room. */
export function useMembershipNotices(openRoomId: number | null, onOpen: (roomId: number) => void): void {
  const chat = useChatClient();
  const me = useSelf();
  useEffect(
    () =>
      watchMembership({
        chat,
        userId: me.id,
        say: (text, room) => {
          const action =
            room && room.id !== openRoomId ? { label: 'Open', onSelect: () => onOpen(room.id) } : undefined;
          showToast(text, action ? { action } : {});
        },
      }),
    [chat, me.id, openRoomId, onOpen],
  );
}
