import { isEmojiOnly } from './emoji-only';
import type { TimelineRow } from './timeline';

const LINE_PX = 24.4;
const CHARACTER_PX = 7.4;
const BUBBLE_MAX_PX = 544;

/** About how high a row will be, before it is there to be measured: the better, the steadier the scrollbar. */
export function estimateHeight(row: TimelineRow | undefined, listWidth = 700): number {
  if (row?.kind !== 'message') return 48;
  const { content, fileUrl, status, type, deletedAt } = row.message;
  if (type === 'SYSTEM') return 36;
  const top = row.startsRun ? 36 : 2;
  if (deletedAt) return top + 34;
  const perLine = Math.max(16, Math.floor(Math.min(BUBBLE_MAX_PX, listWidth - 150) / CHARACTER_PX));
  const text = isEmojiOnly(content) ? 54 : linesOf(content, perLine) * LINE_PX + 16;
  return top + (content ? text : 16) + (fileUrl ? 66 : 0) + (status === 'failed' ? 24 : 0);
}

const linesOf = (text: string, perLine: number) =>
  text.split('\n').reduce((lines, line) => lines + Math.max(1, Math.ceil(line.length / perLine)), 0);
