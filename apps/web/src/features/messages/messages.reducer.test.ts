import type { Message } from '@dream-studio/sdk';
import { describe, expect, test } from 'vitest';
import { EMPTY, type MessagesAction, messagesReducer, type RoomMessages } from './messages.reducer';

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 8, 0, second)).toISOString();

const message = (seq: number, rest: Partial<Message> = {}): Message => ({
  id: 100 + seq,
  roomId: 1,
  seq,
  senderId: 7,
  content: `message ${seq}`,
  type: 'TEXT',
  fileUrl: null,
  clientId: null,
  isEdited: false,
  createdAt: at(seq),
  updatedAt: at(seq),
  deletedAt: null,
  sender: { id: 7, name: 'Ann', picture: null },
  ...rest,
});

const run = (actions: MessagesAction[], state: RoomMessages = EMPTY) => actions.reduce(messagesReducer, state);
const seqs = (state: RoomMessages) => state.items.map(({ seq }) => seq);
const latest = (items: Message[], nextCursor: number | null = null): MessagesAction => ({
  type: 'latest',
  items,
  nextCursor,
});
const posted = (next: Message): MessagesAction => ({ type: 'posted', message: next });
const edit = (seq: number, content: string, second: number): MessagesAction => ({
  type: 'changed',
  messageId: 100 + seq,
  change: { content, updatedAt: at(second) },
});
const remove = (seq: number): MessagesAction => ({
  type: 'changed',
  messageId: 100 + seq,
  change: { deletedAt: at(59) },
});
const sending = (clientId: string): MessagesAction => ({
  type: 'sending',
  pending: { clientId, content: 'hi', createdAt: at(9) },
});

describe('messages of a room', () => {
  test('are in order of seq, each once, whatever order they come in', () => {
    const state = run([latest([message(3), message(1)]), posted(message(5)), posted(message(4)), posted(message(5))]);
    expect(seqs(state)).toEqual([1, 3, 4, 5]);
  });

  test('an older page goes in front and moves the cursor', () => {
    const state = run([
      latest([message(4), message(3)], 3),
      { type: 'olderRequested' },
      { type: 'older', items: [message(2), message(1)], nextCursor: null },
    ]);
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
    expect(state).toMatchObject({ olderCursor: null, loadingOlder: false });
  });

  test('a reload that meets what is there keeps the older pages and their cursor', () => {
    const state = run([latest([message(2), message(1)], 1), latest([message(3), message(2)], 2)]);
    expect(seqs(state)).toEqual([1, 2, 3]);
    expect(state.olderCursor).toBe(1);
  });

  test('a reload that leaves a hole takes the place of what was there, but for what is newer', () => {
    const state = run([latest([message(2), message(1)], 1), posted(message(9)), latest([message(8), message(7)], 7)]);
    expect(seqs(state)).toEqual([7, 8, 9]);
    expect(state.olderCursor).toBe(7);
  });

  test('an event before the first page is kept and does not pass for the page', () => {
    const state = run([{ type: 'opened' }, posted(message(3)), latest([message(3), message(2)], 2)]);
    expect(seqs(state)).toEqual([2, 3]);
    expect(state).toMatchObject({ status: 'ready', olderCursor: 2 });
  });

  test('an edit changes the message in place; an older edit does not win', () => {
    const state = run([latest([message(1)]), edit(1, 'second', 20), edit(1, 'first', 10)]);
    expect(state.items[0]).toMatchObject({ content: 'second', isEdited: true, seq: 1 });
  });

  test('a deleted message stays as an empty tombstone, whatever comes after', () => {
    const state = run([latest([message(1)]), remove(1), edit(1, 'late', 30), posted(message(1))]);
    expect(state.items[0]).toMatchObject({ content: '', deletedAt: at(59) });
  });

  test('changes that overtake the page they belong to are applied when it comes', () => {
    const state = run([edit(1, 'new', 20), remove(2), edit(2, 'late', 30), latest([message(2), message(1)])]);
    expect(state.items[0]?.content).toBe('new');
    expect(state.items[1]?.deletedAt).toBe(at(59));
  });

  test('a page older than what is known does not undo an edit', () => {
    const state = run([latest([message(1)]), edit(1, 'new', 20), latest([message(1)])]);
    expect(state.items[0]?.content).toBe('new');
  });
});

describe('messages being sent', () => {
  test('are replaced by the message with their clientId', () => {
    const state = run([sending('a'), sending('b'), posted(message(1, { clientId: 'a' }))]);
    expect(state.pending.map(({ clientId }) => clientId)).toEqual(['b']);
    expect(seqs(state)).toEqual([1]);
  });

  test('that failed can be sent again in their place, or discarded', () => {
    const failed = run([sending('a'), sending('b'), { type: 'sendFailed', clientId: 'a', error: 'no', retryAt: 5 }]);
    expect(failed.pending[0]).toMatchObject({ status: 'failed', error: 'no', retryAt: 5 });
    const again = run([sending('a')], failed);
    expect(again.pending.map(({ clientId, status }) => [clientId, status])).toEqual([
      ['a', 'sending'],
      ['b', 'sending'],
    ]);
    expect(run([{ type: 'discarded', clientId: 'a' }], again).pending).toHaveLength(1);
  });

  test('survive a room being forgotten after a reconnect', () => {
    const state = run([latest([message(1)]), sending('a'), { type: 'stale' }]);
    expect(state).toMatchObject({ status: 'idle', items: [] });
    expect(state.pending).toHaveLength(1);
  });

  test('a failed load shows only where there is nothing to show', () => {
    expect(run([{ type: 'opened' }, { type: 'failed', error: 'no' }]).status).toBe('failed');
    expect(run([latest([message(1)]), { type: 'failed', error: 'no' }]).status).toBe('ready');
  });
});
