'use client';

import type { Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback } from 'react';

/** A page by keyboard leaves a little of the last one in sight. */
const PAGE_PART = 0.9;

/**
 * Page Up, Page Down, Home and End on a list that has the focus. They move at once: a gliding move would be ended by the
 * first row that turns out higher than expected.
 */
export function useScrollKeys(virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>) {
  return useCallback(
    (event: KeyboardEvent) => {
      // Fields and scrolling blocks inside have keys of their own.
      if (event.target !== event.currentTarget || event.ctrlKey || event.altKey || event.metaKey) return;
      if (move(virtualizer, event.key)) event.preventDefault();
    },
    [virtualizer],
  );
}

function move(virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>, key: string): boolean {
  const page = (virtualizer.scrollRect?.height ?? 0) * PAGE_PART;
  if (key === 'Home') virtualizer.scrollToOffset(0);
  else if (key === 'End') virtualizer.scrollToEnd();
  else if (key === 'PageUp') virtualizer.scrollBy(-page);
  else if (key === 'PageDown') virtualizer.scrollBy(page);
  else return false;
  return true;
}
