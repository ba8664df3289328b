import { BOUNDS } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../test/app.js';
import { databaseKinds } from '../../test/database.js';

describe.each(databaseKinds)('messages on %s', (kind) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ database: kind });
  });
  afterAll(() => app.close());

  /** Ann's room with Bob and Cid, all showing it. */
  async function room() {
    const [ann, bob, cid] = [await app.client('Ann'), await app.client('Bob'), await app.client('Cid')];
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId, cid.userId] });
    for (const user of [ann, bob, cid]) await user.rooms.enter({ roomId });
    return { ann, bob, cid, roomId };
  }

  describe('posting', () => {
    test('answers with the message that everyone in the room gets, the sender included', async () => {
      const { ann, bob, roomId } = await room();
      const message = await ann.messages.create({ roomId, content: '  Hello!\n\tTeam  ' });
      expect(message).toEqual({
        id: expect.any(Number),
        roomId,
        seq: 1,
        senderId: ann.userId,
        content: 'Hello!\n\tTeam',
        type: 'TEXT',
        fileUrl: null,
        clientId: null,
        isEdited: false,
        createdAt: expect.any(String),
        updatedAt: message.createdAt,
        deletedAt: null,
        sender: { id: ann.userId, name: 'Ann', picture: null },
      });
      for (const user of [ann, bob]) expect(await user.next('message:new')).toEqual(message);
    });

    test('who the sender is comes from the token, whatever the call says', async () => {
      const { ann, bob, roomId } = await room();
      const forged = { roomId, content: 'hi', senderId: bob.userId, seq: 99, id: 1 };
      expect(await ann.messages.create(forged)).toMatchObject({ senderId: ann.userId, seq: 1 });
    });

    test('pictures, videos, sounds and files go with a file, and may have no text', async () => {
      const { ann, roomId } = await room();
      const fileUrl = 'https://files.example/a.bin?x=1';
      for (const type of ['IMAGE', 'VIDEO', 'AUDIO', 'FILE'] as const) {
        const sent = { content: '', type, fileUrl };
        expect(await ann.messages.create({ roomId, ...sent })).toMatchObject(sent);
        await expect(ann.messages.create({ roomId, content: 'x', type })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      }
    });

    test('keeps any text as it is, up to 4000 characters, on its way through SQL and JSON', async () => {
      const { ann, bob, roomId } = await room();
      const texts = [
        `'; DROP TABLE messages; --`,
        '<script>alert(1)</script> & "quotes" \\ %s {x}',
        'éß漢字 👩‍👩‍👧 \u202eRTL',
        '😀'.repeat(BOUNDS.contentMaxLength / 2),
        'x'.repeat(BOUNDS.contentMaxLength),
      ];
      for (const content of texts) {
        expect((await ann.messages.create({ roomId, content })).content).toBe(content);
        expect((await bob.next('message:new')).content).toBe(content);
      }
      const { items } = await bob.messages.list({ roomId, after: 0 });
      expect(items.map(({ content }) => content)).toEqual(texts);
    });

    test('refuses what is no message, and stores nothing of it', async () => {
      const { ann, roomId } = await room();
      const bad = [
        { content: 'x'.repeat(BOUNDS.contentMaxLength + 1) },
        { content: ' \n ' },
        { content: 'a\u0000b' },
        { content: 'a\ud800b' },
        { content: 'x', fileUrl: 'https://a.example/b' },
        { content: 'x', type: 'FILE', fileUrl: 'javascript:alert(1)' },
        { content: 'x', type: 'SYSTEM' },
        { content: 'x', clientId: 'a b' },
      ];
      const refused = { code: 'BAD_INPUT', issues: expect.any(Array) };
      for (const input of bad) {
        await expect(ann.messages.create({ roomId, ...input } as never)).rejects.toMatchObject(refused);
      }
      expect((await ann.messages.list({ roomId })).items).toEqual([]);
    });
  });

  describe('the history', () => {
    test('goes back from the newest and forth from any seq, in pages that neither repeat nor leave out', async () => {
      const { ann, bob, roomId } = await room();
      const sent: number[] = [];
      for (let n = 1; n <= 7; n++) sent.push((await ann.messages.create({ roomId, content: `${n}` })).seq);
      // An entry of the log that is no message: its number is missing here.
      await ann.rooms.update({ roomId, name: 'New' });
      sent.push((await ann.messages.create({ roomId, content: '8' })).seq);
      expect(sent).toEqual([1, 2, 3, 4, 5, 6, 7, 9]);

      const walk = async (direction: 'before' | 'after', from?: number) => {
        const seen: number[] = [];
        let next: number | null | undefined = from;
        do {
          const page = await bob.messages.list({ roomId, limit: 3, ...(next !== undefined && { [direction]: next }) });
          seen.push(...page.items.map(({ seq }) => seq));
          next = page.nextCursor;
        } while (next !== null);
        return seen;
      };
      expect(await walk('before')).toEqual(sent.toReversed());
      expect(await walk('before', 5)).toEqual([4, 3, 2, 1]);
      expect(await walk('after', 0)).toEqual(sent);
      expect(await walk('after', 5)).toEqual([6, 7, 9]);
      expect(await walk('after', 9)).toEqual([]);
      await expect(bob.messages.list({ roomId, before: 5, after: 1 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      for (const limit of [0, 101, 1.5]) {
        await expect(bob.messages.list({ roomId, limit })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      }
    });
  });

  describe('editing', () => {
    test("is for the sender alone, marks the message, and is the log's next entry", async () => {
      const { ann, bob, roomId } = await room();
      const { id: messageId } = await bob.messages.create({ roomId, content: 'tpyo' });
      const refused = { code: 'FORBIDDEN', message: 'Not authorized to edit this message' };
      await expect(ann.messages.edit({ messageId, content: 'mine' })).rejects.toMatchObject(refused);
      const edited = await bob.messages.edit({ messageId, content: 'typo' });
      expect(edited).toMatchObject({ seq: 1, content: 'typo', isEdited: true });
      const { updatedAt } = edited;
      expect(await ann.next('message:edited')).toEqual({ messageId, roomId, seq: 2, content: 'typo', updatedAt });
      expect((await ann.messages.list({ roomId })).items).toEqual([edited]);
      await expect(bob.messages.edit({ messageId, content: ' ' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    });

    test('the caption of a file may be taken away', async () => {
      const { ann, roomId } = await room();
      const file = { type: 'FILE' as const, fileUrl: 'https://files.example/a' };
      const { id: messageId } = await ann.messages.create({ roomId, content: 'caption', ...file });
      expect(await ann.messages.edit({ messageId, content: '' })).toMatchObject({ content: '', ...file });
    });
  });

  describe('deleting', () => {
    test('leaves a tombstone in the history; twice is the same answer and no further event', async () => {
      const { ann, bob, roomId } = await room();
      const file = { type: 'IMAGE' as const, fileUrl: 'https://files.example/a.png' };
      const { id: messageId } = await bob.messages.create({ roomId, content: 'oops', clientId: 'c', ...file });
      const deleted = await bob.messages.delete({ messageId });
      expect(deleted).toEqual({ messageId, roomId, seq: 2 });
      expect(await bob.messages.delete({ messageId })).toEqual(deleted);
      await ann.messages.create({ roomId, content: 'fence' });
      await ann.next('message:new', ({ content }) => content === 'fence');
      const [told, ...more] = ann.inbox.all('message:deleted');
      expect(told).toEqual({
        messageId,
        roomId,
        seq: 2,
        deletedBy: bob.userId,
        deletedAt: expect.any(String),
        messageSeq: 1,
        senderId: bob.userId,
      });
      expect(more).toEqual([]);
      const [tombstone] = (await ann.messages.list({ roomId, after: 0 })).items;
      expect(tombstone).toMatchObject({
        id: messageId,
        seq: 1,
        content: '',
        fileUrl: null,
        deletedAt: told?.deletedAt,
      });
      await expect(bob.messages.edit({ messageId, content: 'back' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test("is for the sender, and for the room's owner and admins", async () => {
      const { ann, bob, cid, roomId } = await room();
      const first = await bob.messages.create({ roomId, content: 'rude' });
      const second = await bob.messages.create({ roomId, content: 'again' });
      const refused = { code: 'FORBIDDEN', message: 'Not authorized to delete this message' };
      await expect(cid.messages.delete({ messageId: first.id })).rejects.toMatchObject(refused);
      await ann.messages.delete({ messageId: first.id });
      await ann.members.setRole({ roomId, userId: cid.userId, role: 'ADMIN' });
      await cid.messages.delete({ messageId: second.id });
      await bob.next('message:deleted', ({ deletedBy }) => deletedBy === cid.userId);
    });
  });

  test('a message that cannot be seen is not there: missing, of another room, or of a room not yours', async () => {
    const { ann, roomId } = await room();
    const { id: messageId } = await ann.messages.create({ roomId, content: 'hi' });
    const other = await ann.rooms.create({ name: 'Other' });
    const eve = await app.client('Eve');
    const refused = { code: 'NOT_FOUND', message: 'Message not found' };
    const attempts = [
      () => ann.messages.edit({ messageId: 999_999_999, content: 'x' }),
      () => ann.messages.edit({ messageId, roomId: other.id, content: 'x' }),
      () => ann.messages.delete({ messageId, roomId: other.id }),
      () => eve.messages.edit({ messageId, content: 'x' }),
      () => eve.messages.delete({ messageId, roomId }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(refused);
    expect((await ann.messages.list({ roomId })).items).toMatchObject([{ content: 'hi', isEdited: false }]);
  });
});
