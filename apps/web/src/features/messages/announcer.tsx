'use client';

import type { TimelineMessage } from '@dream-studio/sdk';
import { useRoomSnapshot } from '@dream-studio/sdk/react';
import { useEffect, useRef, useState } from 'react';

const LENGTH_MAX = 200;

/** Says new messages of others to screen readers, once each; history that is loaded or scrolled by is no news. */
export function Announcer({ roomId, userId }: { roomId: number; userId: number }) {
  const newest = useRoomSnapshot(
    (room) => (room.status === 'ready' ? room.messages.findLast(({ seq }) => seq !== null) : undefined),
    roomId,
  );
  const heardSeq = useRef<number | null>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    if (!newest || newest.seq === null) return;
    const isNews = heardSeq.current !== null && newest.seq > heardSeq.current;
    heardSeq.current = Math.max(heardSeq.current ?? 0, newest.seq);
    if (isNews && newest.senderId !== userId) setText(spoken(newest));
  }, [newest, userId]);
  return (
    <p aria-live="polite" data-testid="announcer" className="sr-only">
      {text}
    </p>
  );
}

const spoken = ({ sender, content, type }: TimelineMessage) =>
  type === 'SYSTEM' ? content : `${sender.name}: ${content.slice(0, LENGTH_MAX) || 'a file'}`;
