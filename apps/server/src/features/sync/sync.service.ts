import { BOUNDS, type LogEntry, LogEntrySchema, type RoomSync } from '@dream-studio/contracts';
import type { Services } from '../../core/context.js';
import { AppError } from '../../core/errors.js';
import type { StoredEntry, SyncRepository } from './sync.repository.js';

/** Entries of all rooms in one answer, more or less: many rooms get fewer each, and `more`. */
const ENTRIES_MAX = 700;
/** Entries of a room in any case. */
const ENTRIES_MIN = 7;
/** Characters of all rooms in one answer, more or less: it must not fill the queue of a slow connection. */
const CHARACTERS_MAX = 256 * 1024;

export function createSyncService(sync: Pick<SyncRepository, 'read'>): Pick<Services, 'room.sync'> {
  return {
    'room.sync': async (ctx, { rooms }) => {
      const asked = Object.entries(rooms);
      const answers: Record<string, RoomSync> = Object.fromEntries(
        asked.map(([roomId]) => [roomId, { error: new AppError('NOT_A_MEMBER').body }]),
      );
      if (asked.length === 0) return { rooms: answers };
      const take = Math.min(BOUNDS.syncEventsMax, Math.max(ENTRIES_MIN, Math.floor(ENTRIES_MAX / asked.length)));
      const places = asked.map(([roomId, { since }]) => ({ roomId: Number(roomId), since }));
      for (const part of await sync.read(ctx.identity.userId, places, take)) {
        const { roomId, seq, epoch, entries, unread, readSeq } = part;
        const place = rooms[roomId];
        const isSameLog = place?.epoch === undefined || place.epoch === epoch;
        const current = isSameLog && entries && asCurrent(entries);
        if (!current) {
          answers[roomId] = { reset: true, seq, epoch };
          continue;
        }
        const events = fitting(current, CHARACTERS_MAX / asked.length);
        const last = events.at(-1)?.seq ?? place?.since ?? 0;
        answers[roomId] = { events, seq, epoch, unread, readSeq, ...(last < seq && { more: true as const }) };
      }
      return { rooms: answers };
    },
  };
}

/** Reads a room's log for the server itself: null when it does not reach back to the place. */
export const createLogReader =
  (sync: Pick<SyncRepository, 'readAny'>) =>
  async (roomId: number, since: number, take: number): Promise<LogEntry[] | null> => {
    const [part] = await sync.readAny([{ roomId, since }], take);
    return part?.entries ? asCurrent(part.entries) : null;
  };

/** The entries, if this version can tell all of them; null when an earlier one stored something else. */
function asCurrent(entries: readonly StoredEntry[]): LogEntry[] | null {
  const current: LogEntry[] = [];
  for (const entry of entries) {
    // Messages are rows of their own, read as they are now.
    const parsed = entry.event === 'message:new' ? { data: entry } : LogEntrySchema.safeParse(entry);
    if (!parsed.data) return null;
    current.push(parsed.data);
  }
  return current;
}

/** The first entries that fit, one at least. */
function fitting(entries: LogEntry[], characters: number): LogEntry[] {
  let left = characters;
  const end = entries.findIndex(({ payload }, index) => {
    left -= JSON.stringify(payload).length;
    return left < 0 && index > 0;
  });
  return end < 0 ? entries : entries.slice(0, end);
}
