import { useChatClient } from '@dream-studio/sdk/react';
import { useEffect, useRef } from 'react';
import { showToast } from '@/ui/toaster';
import { watchMembership } from './membership-notices';
import { useSelf } from './workspace-context';

/** Toasts for being added, removed or given a role, with a way to the room, until one is there. */
export function useMembershipNotices(openRoomId: number | null, onOpen: (roomId: number) => void): void {
  const chat = useChatClient();
  const me = useSelf();
  const invitations = useRef(new Map<number, () => void>());

  useEffect(
    () =>
      watchMembership({
        chat,
        userId: me.id,
        say: (text, room) => {
          if (!room || room.id === openRoomId) return void showToast(text);
          const action = { label: 'Open', onSelect: () => onOpen(room.id) };
          invitations.current.set(room.id, showToast(text, { action }));
        },
      }),
    [chat, me.id, openRoomId, onOpen],
  );

  useEffect(() => {
    if (openRoomId === null) return;
    invitations.current.get(openRoomId)?.();
    invitations.current.delete(openRoomId);
  }, [openRoomId]);
}
