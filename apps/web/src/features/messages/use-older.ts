'use client';

import { useRoom } from '@dream-studio/sdk/react';
import { useCallback, useState } from 'react';

export interface Older {
  /** Loads a page of older messages; null when there is none or one is on its way. */
  load: (() => void) | null;
  /** The last try failed: the next is up to the user. */
  failed: boolean;
}

export function useOlder(roomId: number, hasOlder: boolean, loading: boolean): Older {
  const room = useRoom(roomId);
  const [failed, setFailed] = useState(false);
  const load = useCallback(() => {
    setFailed(false);
    room.loadOlder().catch(() => setFailed(true));
  }, [room]);
  return { load: hasOlder && !loading ? load : null, failed };
}
