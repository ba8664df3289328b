import { z } from 'zod';
import { BOUNDS } from './limits.js';

/** Any text: no control characters but newline and tab, no lone surrogates. */
const TEXT = /^(?:[^\p{Cc}\p{Cs}]|[\n\t])*$/u;
/** Text on one line. */
const LINE = /^[^\p{Cc}\p{Cs}]*$/u;

const TEXT_MESSAGE = 'must not contain control characters or broken Unicode';

/** 64-bit in the database, a safe integer on the wire. */
const Id = z.int().positive();

export const RoomId = Id.describe('Room id');
export const UserId = Id.describe('User id, given by the host app');
export const MessageId = Id.describe('Message id');
export const CallId = Id.describe('Call id');

/** A room id as the key of an object. */
export const RoomKey = z.string().regex(/^[1-9]\d{0,15}$/, 'is not a room id');

/** A room's log number: 0 before the first entry, then 1, 2, 3 … without a hole. */
export const Seq = z.int().nonnegative().describe("Position in the room's log");
export const Epoch = z.int().positive().describe("Changes when a room's log does not continue what clients have seen");

export const Timestamp = z.iso.datetime().describe('ISO 8601, UTC');

export const UserIds = z.array(UserId).max(BOUNDS.userIdsMax);

/** Trimmed text of at most `max` characters (code points). */
export const text = (max: number) => z.string().trim().max(max).regex(TEXT, TEXT_MESSAGE);

/** Trimmed text on one line, 1 to `max` characters (code points). */
export const line = (max: number) => z.string().trim().min(1).max(max).regex(LINE, TEXT_MESSAGE);

/** Opaque position of a list: pass the `nextCursor` of one page to get the next. */
export const Cursor = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9_-]+$/, 'is not a cursor of this list');

export const PageLimit = z.int().min(1).max(BOUNDS.pageMax).default(BOUNDS.pageDefault);

/** The answer of every operation that has nothing to say. */
export const Empty = z.object({});
