/** Where each row begins, and last where the list ends. */
export function offsetsOf(heights: readonly number[]): number[] {
  const offsets = [0];
  for (const height of heights) offsets.push((offsets.at(-1) ?? 0) + height);
  return offsets;
}

/** The rows `[first, end)` in sight between `top` and `top + height`, and `overscan` more on both sides. */
export function visibleRange(offsets: readonly number[], top: number, height: number, overscan: number) {
  const count = offsets.length - 1;
  const first = rowAt(offsets, top);
  const last = rowAt(offsets, top + height);
  return { first: Math.max(0, first - overscan), end: Math.min(count, last + 1 + overscan) };
}

/** The last row that begins at or before `y`. */
function rowAt(offsets: readonly number[], y: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
