import { expect, test } from 'vitest';
import { keyOf, TextFinder, textOf } from './text.js';

test('a text has 100 characters, and its key only under its own tag', () => {
  const text = textOf(12, 345, 'run1');
  expect(text).toHaveLength(100);
  expect(keyOf(text, 'run1')).toBe('12.345');
  expect(keyOf(text, 'run')).toBeUndefined();
  expect(keyOf(`x${text}`, 'run1')).toBeUndefined();
});

test('texts are found wherever they begin as a string, or where the frame does', () => {
  const finder = new TextFinder();
  const find = (text: string, before = 'other frames ') => {
    const bytes = Buffer.from(`${before}${text}"~7.7~ later`);
    const start = before.length;
    return finder.find(bytes, start, start + text.length) ? [finder.room, finder.number] : undefined;
  };
  const event = (id: number, content: string) => `42["message:new",{"id":${id},"content":"${content}","type":"TEXT"}]`;
  expect(find(event(1, textOf(0, 0, 't')))).toEqual([0, 0]);
  expect(find(event(2, textOf(3, 41, 't')))).toEqual([3, 41]);
  expect(find(event(1_000, textOf(3, 1_042, 't')))).toEqual([3, 1_042]);
  expect(find(textOf(5, 6, 't'))).toEqual([5, 6]);
  expect(find(textOf(5, 7, 't'), '')).toEqual([5, 7]);
  expect(find(event(9, textOf(1, 2, 't')))).toEqual([1, 2]);
});

test('what has no text is not found, whatever stands before and after it', () => {
  const finder = new TextFinder();
  const bytes = Buffer.from('"~1.1~"42["message:new",{"content":"a ~1.2~ b"}]"~1.3~"');
  expect(finder.find(bytes, 7, bytes.length - 8)).toBe(false);
  expect(finder.find(Buffer.from('entered'), 0, 7)).toBe(false);
});
