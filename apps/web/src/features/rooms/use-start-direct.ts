import type { User } from '@dream-studio/sdk';
import { useChatClient } from '@dream-studio/sdk/react';
import { useState } from 'react';
import { report } from '@/features/workspace/report';

/** Opens the conversation with someone, which is begun if there is none. */
export function useStartDirect(onStarted: (roomId: number) => void) {
  const chat = useChatClient();
  const [busyId, setBusyId] = useState<number | null>(null);

  const start = async (user: User) => {
    if (busyId !== null) return;
    setBusyId(user.id);
    try {
      onStarted((await chat.rooms.direct({ userId: user.id })).id);
    } catch (error) {
      report(error);
    } finally {
      setBusyId(null);
    }
  };
  return { busyId, start };
}
