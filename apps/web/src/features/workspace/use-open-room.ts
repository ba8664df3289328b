'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

const PARAMETER = 'room';

/** The open room, kept in the address: a reload shows it again, and Back leaves it. */
export function useOpenRoom() {
  const value = Number(useSearchParams().get(PARAMETER));
  const roomId = Number.isSafeInteger(value) && value > 0 ? value : null;

  const openRoom = useCallback((id: number | null) => {
    const path = id === null ? location.pathname : `${location.pathname}?${PARAMETER}=${id}`;
    window.history.pushState(null, '', path);
  }, []);

  return { roomId, openRoom };
}
