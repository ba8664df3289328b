import { fail } from './errors.js';

/** An opaque position in a list ordered by integers. */
export const encodeCursor = (...parts: number[]): string => Buffer.from(parts.join('.')).toString('base64url');

/** The integers of a cursor made by {@link encodeCursor} with as many. Throws `BAD_INPUT` for any other text. */
export function decodeCursor(cursor: string, length: number): number[] {
  const texts = Buffer.from(cursor, 'base64url').toString().split('.');
  // Not left to `Number` alone, which makes 0 of no text at all.
  const parts = texts.map((text) => (/^\d+$/.test(text) ? Number(text) : Number.NaN));
  if (parts.length !== length || !parts.every(Number.isSafeInteger)) {
    fail('BAD_INPUT', 'cursor: is not a cursor of this list', {
      issues: [{ path: ['cursor'], message: 'is not a cursor of this list' }],
    });
  }
  return parts;
}

/** Cuts what was read with one row too many into a page and the cursor of the next. */
export function toPage<T, C>(rows: T[], limit: number, cursorOf: (last: T) => C): { items: T[]; nextCursor: C | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
