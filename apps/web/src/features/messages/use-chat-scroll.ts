'use client';

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** This close to an edge counts as being there. */
const EDGE_PX = 64;

interface ChatScroll {
  /** The element that scrolls, and the one in it that grows. */
  viewport: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  atEnd: boolean;
  toEnd: () => void;
  onScroll: () => void;
}

interface Options {
  /** Key of the first row: when it changes, older rows came in front. */
  firstKey: string | undefined;
  /** Key of the last row sent by this user: a new one is always shown. */
  lastOwnKey: string | undefined;
  onReachStart: () => void;
}

/** Stays at the end while there, and in its place while older messages come in front. */
export function useChatScroll({ firstKey, lastOwnKey, onReachStart }: Options): ChatScroll {
  const viewport = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const stick = useRef(true);
  const fromEnd = useRef(0);

  const toEnd = useCallback(() => {
    stick.current = true;
    setAtEnd(true);
    if (viewport.current) viewport.current.scrollTop = viewport.current.scrollHeight;
  }, []);

  const onScroll = useCallback(() => {
    const area = viewport.current;
    if (!area) return;
    fromEnd.current = area.scrollHeight - area.scrollTop;
    stick.current = fromEnd.current - area.clientHeight < EDGE_PX;
    setAtEnd(stick.current);
    if (area.scrollTop < EDGE_PX && area.scrollHeight > area.clientHeight) onReachStart();
  }, [onReachStart]);

  // What came in front must not move what is being read.
  useLayoutEffect(() => {
    const area = viewport.current;
    if (firstKey && area && !stick.current) area.scrollTop = area.scrollHeight - fromEnd.current;
  }, [firstKey]);

  // What one sends one wants to see.
  useLayoutEffect(() => {
    if (lastOwnKey) toEnd();
  }, [lastOwnKey, toEnd]);

  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (stick.current) toEnd();
      else onScroll();
    });
    if (viewport.current) observer.observe(viewport.current);
    if (content.current) observer.observe(content.current);
    return () => observer.disconnect();
  }, [toEnd, onScroll]);

  return { viewport, content, atEnd, toEnd, onScroll };
}
