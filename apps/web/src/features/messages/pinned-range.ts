import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';

/** The indexes to mount: what is in sight and a little around it, and one more wherever that is (-1 for none). */
export function withPinned(range: Range, pinned: number): number[] {
  const indexes = defaultRangeExtractor(range);
  if (pinned < 0 || pinned >= range.count || indexes.includes(pinned)) return indexes;
  return pinned < (indexes[0] ?? 0) ? [pinned, ...indexes] : [...indexes, pinned];
}
