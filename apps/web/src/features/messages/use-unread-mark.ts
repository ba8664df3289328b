'use client';

import type { Room } from '@dream-studio/sdk';
import { useState } from 'react';
import { usePageVisible } from '@/lib/use-page-visible';
import { markFrom } from './unread-mark';

/**
 * What had been seen when the room was opened, or last when the user came back to the page: new is what came after.
 * null when nothing was new.
 */
export function useUnreadMark(room: Room): number | null {
  const [readSeq, setReadSeq] = useState(() => markFrom(room));
  const visible = usePageVisible();
  const [wasVisible, setWasVisible] = useState(visible);
  if (visible !== wasVisible) {
    setWasVisible(visible);
    if (visible) setReadSeq((seq) => markFrom(room) ?? seq);
  }
  return readSeq;
}
