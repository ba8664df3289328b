import { type RefObject, useCallback, useEffect, useRef } from 'react';

/**
 * Ctrl+K or Cmd+K leads to the search from everywhere; leaving a room on a small screen leads back to its line in the
 * list. Returns what gives the search the focus.
 */
export function useSidebarFocus(
  search: RefObject<HTMLInputElement | null>,
  openRoomId: number | null,
  onOpen: (roomId: number | null) => void,
) {
  /** The list is not shown yet: the room in its place is being closed. */
  const wanted = useRef(false);
  const before = useRef(openRoomId);

  const focusSearch = useCallback(() => {
    search.current?.focus();
    search.current?.select();
  }, [search]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const modifier = event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey;
      if (!modifier || event.key.toLowerCase() !== 'k' || document.querySelector('[role=dialog]')) return;
      event.preventDefault();
      wanted.current = search.current?.offsetParent === null;
      if (wanted.current) onOpen(null);
      else focusSearch();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [search, focusSearch, onOpen]);

  useEffect(() => {
    const left = before.current;
    before.current = openRoomId;
    if (openRoomId !== null || left === null) return;
    if (wanted.current) focusSearch();
    else if (document.activeElement === document.body) {
      document.querySelector<HTMLElement>(`[data-testid=room-item][data-room-id="${left}"]`)?.focus();
    }
    wanted.current = false;
  }, [openRoomId, focusSearch]);

  return focusSearch;
}
