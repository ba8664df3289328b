'use client';

import { type Range, useVirtualizer, type VirtualItem, type Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { prefersStill } from '@/lib/media';
import { withPinned } from './pinned-range';
import { estimateHeight } from './row-height';
import type { TimelineRow } from './timeline';
import { useScrollKeys } from './use-scroll-keys';

/** This close to the end counts as being there. */
const END_PX = 64;
/** Older messages are asked for when there is no more than this before what is in sight. */
const PRELOAD_PX = 1_000;
/** Room before the first row, for what is said about the history. Always the same, so that nothing moves. */
export const START_PX = 64;
/** Ways longer than this many screens are jumped, not travelled. */
const SMOOTH_SCREENS = 3;

type MessageVirtualizer = Virtualizer<HTMLDivElement, HTMLDivElement>;

interface Options {
  rows: readonly TimelineRow[];
  /** Whether the rows are all there is at the end. */
  caughtUp: boolean;
  /** Key of the newest message that is on its way: a new one is always shown. */
  sendingKey: string | undefined;
  /** The row to keep mounted wherever the list is scrolled to, for it is being edited; -1 for none. */
  pinnedIndex: number;
  /** Asks for older messages; null when there are none, or none can be asked for now. */
  loadOlder: (() => void) | null;
  /** Asks for them wherever the list is scrolled to. */
  loadAll: boolean;
}

export interface MessageScroll {
  virtualizer: ReturnType<typeof useVirtualizer<HTMLDivElement, HTMLDivElement>>;
  viewport: RefObject<HTMLDivElement | null>;
  /** Whether the newest message is in sight; undefined until there is something to see. */
  atEnd: boolean | undefined;
  /** The same, as it is this moment. */
  isAtEnd: () => boolean;
  onKeyDown: (event: KeyboardEvent) => void;
  toEnd: () => void;
  toRow: (index: number, align: 'start' | 'auto') => void;
}

/**
 * A list that begins at the line before the new messages, or at its end; stays at the end while there, and in its place
 * while older messages come in front.
 */
export function useMessageScroll({ rows, caughtUp, sendingKey, pinnedIndex, ...older }: Options): MessageScroll {
  const viewport = useRef<HTMLDivElement>(null);
  const virtualizer = useRows(rows, viewport, pinnedIndex);

  const toEnd = useCallback(() => {
    const { scrollRect } = virtualizer;
    const near = virtualizer.getDistanceFromEnd() < SMOOTH_SCREENS * (scrollRect?.height ?? 0);
    virtualizer.scrollToEnd({ behavior: near && !prefersStill() ? 'smooth' : 'auto' });
  }, [virtualizer]);

  const toRow = useCallback(
    (index: number, align: 'start' | 'auto') => virtualizer.scrollToIndex(index, { align }),
    [virtualizer],
  );

  const begun = useBeginning(virtualizer, rows, caughtUp);
  const place = useAtEnd(viewport, begun);
  const onKeyDown = useScrollKeys(virtualizer);

  // What one sends one wants to see.
  useLayoutEffect(() => {
    if (sendingKey && begun.current) virtualizer.scrollToEnd();
  }, [sendingKey, virtualizer, begun]);

  useStickyEnd(virtualizer, viewport);

  // After each render: rows of unknown height may have turned out to be short.
  useEffect(() => {
    if (!older.loadOlder || !begun.current || !viewport.current) return;
    if (older.loadAll || viewport.current.scrollTop < PRELOAD_PX) older.loadOlder();
  });

  return { virtualizer, viewport, ...place, onKeyDown, toEnd, toRow };
}

function useRows(rows: readonly TimelineRow[], viewport: RefObject<HTMLDivElement | null>, pinnedIndex: number) {
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const estimateSize = useCallback(
    (index: number) => estimateHeight(rows[index], viewport.current?.clientWidth),
    [rows, viewport],
  );
  const rangeExtractor = useCallback((range: Range) => withPinned(range, pinnedIndex), [pinnedIndex]);
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => viewport.current,
    getItemKey,
    estimateSize,
    rangeExtractor,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END_PX,
    scrollPaddingStart: 16,
    paddingStart: START_PX,
    paddingEnd: 8,
    overscan: 6,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
  });
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = isAbove;
  return virtualizer;
}

/**
 * A row that is above what is in sight moves nothing by growing, in whatever direction the list is scrolled. (By itself the
 * virtualizer lets it, while one scrolls up: then the first row of a page jumped as it took its place behind an older one.)
 */
const isAbove = (row: VirtualItem, _delta: number, { scrollOffset, itemSizeCache }: MessageVirtualizer): boolean =>
  row.end <= (scrollOffset ?? 0) || (row.start < (scrollOffset ?? 0) && !itemSizeCache.has(row.key));

/**
 * Goes to where reading begins as soon as there are rows, and once more when those that came since the last visit have
 * followed.
 */
function useBeginning(virtualizer: MessageVirtualizer, rows: readonly TimelineRow[], caughtUp: boolean) {
  const begun = useRef(false);
  const settled = useRef(false);
  useLayoutEffect(() => {
    if (settled.current || rows.length === 0) return;
    settled.current = caughtUp;
    const unread = rows.findIndex((row) => row.kind === 'unread');
    if (unread >= 0) virtualizer.scrollToIndex(unread, { align: 'start' });
    else if (!begun.current) virtualizer.scrollToEnd();
    begun.current = true;
  }, [virtualizer, rows, caughtUp]);
  return begun;
}

/** Whether the newest message is in sight: as it is now, and as it was when last rendered. */
function useAtEnd(viewport: RefObject<HTMLDivElement | null>, begun: RefObject<boolean>) {
  const [atEnd, setAtEnd] = useState<boolean>();
  const isAtEnd = useCallback(() => {
    const area = viewport.current;
    return begun.current && area !== null && area.scrollHeight - area.clientHeight - area.scrollTop <= END_PX;
  }, [viewport, begun]);
  // Scrolling renders when rows come and go and when it ends; what is in between makes no difference.
  useEffect(() => {
    if (begun.current) setAtEnd(isAtEnd());
  });
  return { atEnd, isAtEnd };
}

/** Keeps the end in sight when the list gets less high: the composer grows, a phone's keyboard opens. */
function useStickyEnd(virtualizer: MessageVirtualizer, viewport: RefObject<HTMLDivElement | null>) {
  useEffect(() => {
    const area = viewport.current;
    if (!area) return;
    let height = area.clientHeight;
    const observer = new ResizeObserver(() => {
      const grownBy = area.clientHeight - height;
      height = area.clientHeight;
      // The distance as it was before.
      if (grownBy < 0 && virtualizer.getDistanceFromEnd() + grownBy <= END_PX) virtualizer.scrollToEnd();
    });
    observer.observe(area);
    return () => observer.disconnect();
  }, [virtualizer, viewport]);
}
