import { describe, expect, test } from 'vitest';
import { createDrafts } from './drafts';

function memoryStorage() {
  const entries = new Map<string, string>();
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
    key: (index: number) => [...entries.keys()][index] ?? null,
    get length() {
      return entries.size;
    },
  };
}

describe('drafts', () => {
  test('are kept by user and room', () => {
    const storage = memoryStorage();
    createDrafts(storage, 1).write(5, 'half a | sentence\n');
    expect(createDrafts(storage, 1).read(5)).toBe('half a | sentence\n');
    expect(createDrafts(storage, 1).read(6)).toBe('');
    expect(createDrafts(storage, 11).read(5)).toBe('');
  });

  test('an empty one is forgotten', () => {
    const storage = memoryStorage();
    const drafts = createDrafts(storage, 1);
    drafts.write(5, 'x');
    drafts.write(5, ' ');
    expect(storage.length).toBe(0);
  });

  test('the oldest go when there are too many, and nobody else’s', () => {
    const storage = memoryStorage();
    let at = 1000;
    const drafts = createDrafts(storage, 1, () => at++);
    createDrafts(storage, 2, () => 0).write(1, 'of another user');
    for (let room = 1; room <= 60; room++) drafts.write(room, `draft ${room}`);
    drafts.write(11, 'written again');
    drafts.write(61, 'draft 61');
    expect([10, 11, 12, 61].map(drafts.read)).toEqual(['', 'written again', '', 'draft 61']);
    expect(storage.length).toBe(51);
  });

  test('a storage that refuses breaks nothing', () => {
    const broken = memoryStorage();
    broken.setItem = () => {
      throw new Error('QuotaExceededError');
    };
    const drafts = createDrafts(broken, 1);
    drafts.write(5, 'x');
    expect(drafts.read(5)).toBe('');
  });
});
