'use client';

import { useEffect, useState } from 'react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { useStore } from '@/lib/store';
import { EMPTY, type RoomMessages } from './messages.reducer';

export function useRoomMessages(roomId: number): RoomMessages {
  const { messages } = useWorkspace();
  return useStore(messages.state, (rooms) => rooms[roomId] ?? EMPTY);
}

/** Tells the server that everything up to `seq` was seen, once the page is in sight with the end of the list in it. */
export function useMarkRead(roomId: number, seq: number, atEnd: boolean) {
  const { rooms } = useWorkspace();
  const visible = usePageVisible();
  useEffect(() => {
    if (visible && atEnd && seq > 0) rooms.markRead(roomId, seq);
  }, [rooms, roomId, seq, atEnd, visible]);
}

function usePageVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const update = () => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', update);
    return () => document.removeEventListener('visibilitychange', update);
  }, []);
  return visible;
}
