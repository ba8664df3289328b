'use client';

import { useEffect, useRef } from 'react';
import { useAction } from '@/lib/use-action';
import { Button } from '@/ui/button';
import { InlineError } from '@/ui/field';

/** Before the end is in sight, so that a reader seldom waits. */
const MARGIN = '400px';

/** Loads the next page of rooms when it comes into sight, and by its button. */
export function MoreRooms({ loadMore }: { loadMore: () => Promise<void> }) {
  const { busy, error, run } = useAction();
  const end = useRef<HTMLDivElement>(null);
  const idle = !busy && error === null;

  useEffect(() => {
    // After a failure it is for the reader to try again.
    if (!idle || !end.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void run(loadMore), {
      root: end.current.closest('nav'),
      rootMargin: MARGIN,
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [idle, loadMore, run]);

  return (
    <div ref={end} className="mx-auto flex flex-col items-center gap-2 pt-1 pb-3">
      <InlineError>{error}</InlineError>
      <Button variant="ghost" size="sm" busy={busy} onClick={() => run(loadMore)} data-testid="more-rooms">
        {busy ? 'Loading…' : 'Show more'}
      </Button>
    </div>
  );
}
