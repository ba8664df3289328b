import type { Message, Room } from '@dream-studio/sdk';
import { describe, expect, test } from 'vitest';
import { roomPreview } from './room-preview';

const message = (fields: Partial<Message>) =>
  ({
    content: 'Hello',
    type: 'TEXT',
    senderId: 2,
    deletedAt: null,
    sender: { id: 2, name: 'Bob Miller', picture: null },
    ...fields,
  }) as Message;
const preview = (lastMessage: Message | null, type: Room['type'] = 'GROUP') =>
  roomPreview({ type, lastMessage } as Room, 1);

describe('the preview of a room', () => {
  test('says who said what, and leaves out what is known', () => {
    expect(preview(message({}))).toBe('Bob: Hello');
    expect(preview(message({}), 'DIRECT')).toBe('Hello');
    expect(preview(message({ senderId: 1 }), 'DIRECT')).toBe('You: Hello');
    expect(preview(message({ type: 'SYSTEM' }))).toBe('Hello');
  });

  test('names what has no text', () => {
    expect(preview(null)).toBe('No messages yet');
    expect(preview(message({ content: '', deletedAt: 'x' }))).toBe('Message deleted');
    expect(preview(message({ content: '', type: 'IMAGE' }), 'DIRECT')).toBe('Photo');
  });

  test.each([
    ['one\n\ntwo', 'one two'],
    ['**bold** and `code`', 'bold and code'],
    ['# Title\n- item\n> quote', 'Title item quote'],
    ['see [the page](https://example.com/x)', 'see the page'],
    ['```\nconst a = 1;\n```', 'const a = 1;'],
    ['2 * 3 * 4, snake_case_name', '2 * 3 * 4, snake_case_name'],
  ])('puts %j into one plain line', (content, expected) => {
    expect(preview(message({ content }), 'DIRECT')).toBe(expected);
  });
});
