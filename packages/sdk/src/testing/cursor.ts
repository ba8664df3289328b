import { failField } from './failure.js';

/** An opaque position in a list ordered by integers. */
export const encodeCursor = (...parts: number[]): string => btoa(parts.join('.')).replace(/[+/=]/g, toUrlSafe);

const toUrlSafe = (char: string): string => ({ '+': '-', '/': '_' })[char] ?? '';

/** The integers of a cursor made by {@link encodeCursor} with as many. Throws `BAD_INPUT` for any other text. */
export function decodeCursor(cursor: string, length: number): number[] {
  const parts = textOf(cursor)
    .split('.')
    .map((text) => (/^\d+$/.test(text) ? Number(text) : Number.NaN));
  if (parts.length !== length || !parts.every(Number.isSafeInteger))
    failField('cursor', 'is not a cursor of this list');
  return parts;
}

function textOf(cursor: string): string {
  try {
    return atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}

/** Cuts a list with at least one row too many, if there are more, into a page and the cursor of the next. */
export function toPage<T, C>(rows: T[], limit: number, cursorOf: (last: T) => C): { items: T[]; nextCursor: C | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
