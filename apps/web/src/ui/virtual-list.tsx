import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { cx } from './cx';
import { offsetsOf, visibleRange } from './visible-range';

const OVERSCAN = 4;
/** Shown before the list is measured. */
const HEIGHT_PX = 600;

interface VirtualListProps<Row> {
  /** Its accessible name. */
  label: string;
  rows: readonly Row[];
  /** In pixels; known without rendering. */
  heightOf: (row: Row) => number;
  keyOf: (row: Row) => string | number;
  children: (row: Row) => ReactNode;
  /** Called with the rows that are rendered, whenever they change. */
  onShown?: (rows: readonly Row[]) => void;
  className?: string;
}

/** A scrolling list that renders only the rows in sight. */
export function VirtualList<Row>(props: VirtualListProps<Row>) {
  const { label, rows, heightOf, keyOf, children, onShown, className } = props;
  const viewport = useRef<HTMLElement>(null);
  const [view, setView] = useState({ top: 0, height: HEIGHT_PX });
  const offsets = useMemo(() => offsetsOf(rows.map(heightOf)), [rows, heightOf]);
  const { first, end } = visibleRange(offsets, view.top, view.height, OVERSCAN);
  const shown = useMemo(() => rows.slice(first, end), [rows, first, end]);
  const total = offsets.at(-1) ?? 0;

  useLayoutEffect(() => {
    const element = viewport.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => onShown?.(shown), [onShown, shown]);

  return (
    <section
      ref={viewport}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keyboard, even with nothing in it to focus
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop: top, clientHeight: height } }) => setView({ top, height })}
      className={cx('overflow-y-auto overscroll-contain', className)}
    >
      <ul style={{ paddingTop: offsets[first], paddingBottom: total - (offsets[end] ?? total) }}>
        {shown.map((row) => (
          <li key={keyOf(row)} style={{ height: heightOf(row) }}>
            {children(row)}
          </li>
        ))}
      </ul>
    </section>
  );
}
