import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOUNDS, type OperationName, type OperationSpec, operations } from './index.js';

const rows = Object.entries<OperationSpec>(operations);
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const words = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 });

/** Values that are right for an input key: with them most generated inputs parse. */
const right: Record<string, fc.Arbitrary<unknown>> = {
  roomId: id,
  ownerId: fc.option(id, { nil: undefined }),
  userId: id,
  messageId: id,
  callId: id,
  memberIds: fc.array(id, { maxLength: 5 }),
  userIds: fc.array(id, { minLength: 1, maxLength: 5 }),
  name: words,
  q: words,
  content: words,
  token: words,
  type: fc.constantFrom('TEXT', 'IMAGE', 'VIDEO', 'AUDIO', 'FILE'),
  fileUrl: fc.oneof(fc.constantFrom(null, undefined), fc.webUrl({ validSchemes: ['http', 'https'] })),
  clientId: fc.uuid(),
  callType: fc.constantFrom('AUDIO', 'VIDEO'),
  role: fc.constantFrom('OWNER', 'ADMIN', 'MEMBER'),
  keepPrevious: fc.boolean(),
  seq: fc.nat(),
  before: fc.nat(),
  after: fc.nat(),
  limit: fc.integer({ min: 1, max: 100 }),
  rooms: fc.dictionary(
    fc.integer({ min: 1, max: 1e15 }).map(String),
    fc.record({ since: fc.nat(), epoch: fc.integer({ min: 1 }) }, { requiredKeys: ['since'] }),
    { maxKeys: 5 },
  ),
  picture: fc.oneof(fc.constantFrom(null, undefined), fc.webUrl({ validSchemes: ['http', 'https'] })),
  reason: words,
  until: fc
    .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  cursor: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
};

/** Inputs for a row: mostly right, some keys missing, some of any JSON. */
const inputFor = (row: OperationSpec) =>
  fc.record(
    Object.fromEntries(
      Object.keys(row.input.shape).map((key) => [
        key,
        fc.oneof({ weight: 12, arbitrary: right[key] ?? fc.jsonValue() }, { weight: 1, arbitrary: fc.jsonValue() }),
      ]),
    ),
    { requiredKeys: Object.keys(row.input.shape).filter((key) => !row.input.shape[key]?.safeParse(undefined).success) },
  );

const accepts = (name: OperationName, input: unknown) => operations[name].input.safeParse(input).success;
const message = (fields: object) => ({ roomId: 1, content: 'hi', ...fields });
const FILE = { type: 'IMAGE', fileUrl: 'https://files.test/a.png' };

/** Says, without the expression under test, whether all of a text may be stored. */
const isClean = (text: string, alsoAllowed = ''): boolean =>
  [...text].every((character) => {
    const code = character.codePointAt(0) as number;
    const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const loneSurrogate = code >= 0xd800 && code <= 0xdfff;
    return alsoAllowed.includes(character) || !(control || loneSurrogate);
  });

const SPECIAL = ['\n', '\t', '\r', '\0', '\x1b', '\x7f', '\x85', '\ud800', '\udc00', '\u200f', '\u202e', '\ufeff', ' '];
const anyText = fc.string({
  unit: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...SPECIAL) },
    { weight: 6, arbitrary: fc.constantFrom('a', '👨‍👩‍👧', 'é', 'e\u0301', 'שלום', 'م', '𝒳', '<b>', '\u2028') },
  ),
  maxLength: 30,
});

test('every input key has right values here', () => {
  const keys = rows.flatMap(([, row]) => Object.keys(row.input.shape));
  expect(keys.filter((key) => !(key in right))).toEqual([]);
});

describe.each(rows)('the input of %s', (_, row) => {
  test('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.anything(), inputFor(row)), (input) => void row.input.safeParse(input)));
  });

  test('parses to what parses to itself', () => {
    let parsedCount = 0;
    fc.assert(
      fc.property(inputFor(row), (input) => {
        const once = row.input.safeParse(input);
        if (!once.success) return;
        parsedCount++;
        expect(row.input.parse(once.data)).toEqual(once.data);
      }),
    );
    expect(parsedCount).toBeGreaterThan(5);
  });

  test('keeps its own keys and nothing else, and pollutes nothing', () => {
    const evil = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{},"extra":1';
    fc.assert(
      fc.property(inputFor(row), (input) => {
        const text = JSON.stringify(input);
        const spiked = JSON.parse(text === '{}' ? `{${evil}}` : `{${evil},${text.slice(1)}`);
        const parsed = row.input.safeParse(spiked);
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
        if (!parsed.success) return;
        expect(Object.getPrototypeOf(parsed.data)).toBe(Object.prototype);
        expect(Object.keys(row.input.shape)).toEqual(expect.arrayContaining(Object.getOwnPropertyNames(parsed.data)));
      }),
    );
  });

  test('takes no object with such keys in the place of a value', () => {
    for (const key of Object.keys(row.input.shape)) {
      for (const text of ['{"__proto__":{"polluted":1}}', '[{"__proto__":{"polluted":1}}]', '{"constructor":1}']) {
        const parsed = row.input.shape[key]?.safeParse(JSON.parse(text));
        // An object by room id drops what is none.
        if (parsed?.success) expect(Object.getOwnPropertyNames(parsed.data), key).toEqual([]);
        else expect(parsed?.success, key).toBe(false);
      }
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('takes ids that are positive safe integers, and nothing that only looks like one', () => {
    const ids = Object.keys(row.input.shape).filter((key) => /^[a-z]+Id$/.test(key) && key !== 'clientId');
    for (const key of ids) {
      const schema = row.input.shape[key];
      for (const good of [1, 9_000_000_000_000, Number.MAX_SAFE_INTEGER]) {
        expect(schema?.safeParse(good).success, key).toBe(true);
      }
      for (const bad of [0, -1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '1', true, null, [1], 1n, {}]) {
        expect(schema?.safeParse(bad).success, `${key}: ${String(bad)}`).toBe(false);
      }
    }
  });

  test('takes a limit of 1 to 100, 50 if absent, and clamps nothing', () => {
    const { limit } = row.input.shape;
    if (!limit) return;
    expect(limit.safeParse(undefined).data).toBe(BOUNDS.pageDefault);
    for (const good of [1, 50, 100]) expect(limit.safeParse(good).data).toBe(good);
    for (const bad of [0, -1, 101, 1.5, '50', true, null]) expect(limit.safeParse(bad).success).toBe(false);
  });
});

describe('text', () => {
  test.each(['message.create', 'message.edit'] as const)('the content of %s', (name) => {
    fc.assert(
      fc.property(anyText, (content) => {
        const trimmed = content.trim();
        const parsed = operations[name].input.safeParse({ roomId: 1, messageId: 1, content });
        const mayBeEmpty = name === 'message.edit';
        expect(parsed.success).toBe(isClean(trimmed, '\n\t') && (mayBeEmpty || trimmed !== ''));
        if (parsed.success) expect(parsed.data.content).toBe(trimmed);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['room.create', 'name'],
    ['room.update', 'name'],
    ['user.search', 'q'],
    ['dev.login', 'name'],
  ] as const)('the one line of %s', (name, key) => {
    fc.assert(
      fc.property(anyText, (value) => {
        const trimmed = value.trim();
        const parsed = operations[name].input.safeParse({ roomId: 1, [key]: value });
        const ok = isClean(trimmed) && trimmed !== '' && trimmed.length <= BOUNDS.roomNameMaxLength;
        expect(parsed.success).toBe(ok);
        if (parsed.success) expect(parsed.data).toHaveProperty(key, trimmed);
      }),
      { numRuns: 500 },
    );
    expect(accepts(name, { roomId: 1, [key]: 'x'.repeat(80) })).toBe(true);
    expect(accepts(name, { roomId: 1, [key]: 'x'.repeat(81) })).toBe(false);
  });

  test('content is 1 to 4000 code points after trimming', () => {
    for (const [content, ok] of [
      ['', false],
      [' \n\t ', false],
      ['x', true],
      ['x'.repeat(4000), true],
      [`  ${'x'.repeat(4000)}\n`, true],
      ['x'.repeat(4001), false],
      ['😀'.repeat(4000), true],
      ['😀'.repeat(4001), false],
      [5, false],
      [null, false],
    ] as const) {
      expect(accepts('message.create', message({ content })), JSON.stringify(content).slice(0, 20)).toBe(ok);
    }
  });
});

describe('message.create', () => {
  test('a file goes with IMAGE, VIDEO, AUDIO and FILE, and only with these', () => {
    const { fileUrl } = FILE;
    for (const type of ['IMAGE', 'VIDEO', 'AUDIO', 'FILE']) {
      expect(accepts('message.create', message({ type, fileUrl }))).toBe(true);
      expect(accepts('message.create', message({ type, fileUrl, content: '' }))).toBe(true);
      expect(accepts('message.create', message({ type }))).toBe(false);
      expect(accepts('message.create', message({ type, fileUrl: null }))).toBe(false);
    }
    expect(accepts('message.create', message({ fileUrl }))).toBe(false);
    expect(accepts('message.create', message({ type: 'TEXT', fileUrl }))).toBe(false);
    expect(accepts('message.create', message({ type: 'TEXT', fileUrl: null }))).toBe(true);
    for (const type of ['SYSTEM', 'text', '', null]) {
      expect(accepts('message.create', message({ type, fileUrl }))).toBe(false);
    }
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://files.test/a',
    'file:///etc/passwd',
    '//files.test/a',
    '/a.png',
    'http://',
    'https:files.test',
    'https:/files.test/a',
    'java\nscript:alert(1)',
    'https://files.test/a b',
    'https://files.test/\u202egnp.exe',
    `https://files.test/${'x'.repeat(2048)}`,
    '',
    7,
  ])('refuses the file URL %j', (fileUrl) => {
    expect(accepts('message.create', message({ ...FILE, fileUrl }))).toBe(false);
  });

  test('a client id is 1 to 64 of A-Z a-z 0-9 . _ : -', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 3 }), (clientId) => {
        const ok = [...clientId].every((c) =>
          'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-'.includes(c),
        );
        expect(accepts('message.create', message({ clientId }))).toBe(ok && clientId !== '');
      }),
    );
    expect(accepts('message.create', message({ clientId: 'x'.repeat(64) }))).toBe(true);
    for (const clientId of ['x'.repeat(65), 'a\n', 'é', 5, null]) {
      expect(accepts('message.create', message({ clientId }))).toBe(false);
    }
  });
});

test('a list of messages goes one way at a time', () => {
  expect(accepts('message.list', { roomId: 1, before: 5, after: 2 })).toBe(false);
  expect(accepts('message.list', { roomId: 1, after: 0 })).toBe(true);
});

test('at most 100 people are named in one call', () => {
  const ids = Array.from({ length: 101 }, (_, index) => index + 1);
  expect(accepts('room.create', { name: 'x', memberIds: ids.slice(1) })).toBe(true);
  expect(accepts('room.create', { name: 'x', memberIds: ids })).toBe(false);
  expect(accepts('member.add', { roomId: 1, userIds: [] })).toBe(false);
});
