import { type FocusEvent, type KeyboardEvent, useRef, useState } from 'react';

const KEY = 'data-roving';

/** What an item of the list spreads on its button. */
export const rovingItem = (key: string, isStop: boolean) => ({ [KEY]: key, tabIndex: isStop ? 0 : -1 });

interface Options {
  /** Of all items, in their order. */
  keys: readonly string[];
  /** Where Tab arrives when nothing was focused before. */
  preferred: string | null;
  /** Called for the arrow up on the first item. */
  onLeaveTop: () => void;
  onEscape: () => void;
}

/** A list of buttons that is one stop for Tab; arrow keys, Home and End move within. */
export function useRovingFocus({ keys, preferred, onLeaveTop, onEscape }: Options) {
  const list = useRef<HTMLElement>(null);
  const [last, setLast] = useState<string | null>(null);
  const stop = [last, preferred].find((key) => key !== null && keys.includes(key)) ?? keys[0];

  const items = () => [...(list.current?.querySelectorAll<HTMLElement>(`[${KEY}]`) ?? [])];
  const focusFirst = () => items()[0]?.focus();

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onEscape();
    const all = items();
    const index = all.indexOf(document.activeElement as HTMLElement);
    const to = index < 0 ? undefined : target(event.key, index, all.length);
    if (to === undefined) return;
    event.preventDefault();
    if (to < 0) onLeaveTop();
    else all[to]?.focus();
  };
  const onFocus = (event: FocusEvent) => {
    const key = event.target.getAttribute(KEY);
    if (key !== null) setLast(key);
  };
  return { stop, focusFirst, listProps: { ref: list, onKeyDown, onFocus } };
}

/** The index a key leads to; -1 is above the list. */
function target(key: string, index: number, count: number): number | undefined {
  if (key === 'ArrowDown') return Math.min(index + 1, count - 1);
  if (key === 'ArrowUp') return index - 1;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
