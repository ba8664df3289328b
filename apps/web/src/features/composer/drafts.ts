/** What is begun and not sent, by room: survives switching rooms and reloading. */
export interface Drafts {
  read(roomId: number): string;
  /** An empty text forgets the draft. */
  write(roomId: number, text: string): void;
}

type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const ROOMS_MAX = 50;
const TEXT_MAX = 10_000;
/** Before the text: when it was written, in base 36. */
const STAMP = /^([0-9a-z]+)\|/;

/**
 * The drafts of one user in a browser's storage: one entry a room, of the latest 50 rooms. A storage that is full or
 * forbidden keeps nothing and breaks nothing.
 */
export function createDrafts(storage: DraftStorage, userId: number, now: () => number = Date.now): Drafts {
  const prefix = `draft:${userId}:`;

  const stampOf = (key: string) => Number.parseInt(STAMP.exec(storage.getItem(key) ?? '')?.[1] ?? '0', 36);
  const keys = () =>
    Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((key) => key?.startsWith(prefix));

  const prune = () => {
    const oldestFirst = (keys() as string[]).map((key) => ({ key, at: stampOf(key) })).sort((a, b) => a.at - b.at);
    for (const { key } of oldestFirst.slice(0, Math.max(0, oldestFirst.length - ROOMS_MAX))) storage.removeItem(key);
  };

  return {
    read(roomId) {
      try {
        return (storage.getItem(prefix + roomId) ?? '').replace(STAMP, '');
      } catch {
        return '';
      }
    },
    write(roomId, text) {
      const key = prefix + roomId;
      try {
        if (!text.trim()) return storage.removeItem(key);
        const isNew = storage.getItem(key) === null;
        storage.setItem(key, `${now().toString(36)}|${text.slice(0, TEXT_MAX)}`);
        if (isNew) prune();
      } catch {} // A draft is a convenience: writing goes on without.
    },
  };
}
