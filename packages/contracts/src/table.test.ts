import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RoomKey } from './common.js';
import {
  COMMON_ERRORS,
  ERRORS,
  events,
  LIMITS,
  LogEntrySchema,
  type OperationSpec,
  operations,
  RULES,
} from './index.js';

const rows = Object.entries<OperationSpec>(operations);
const duplicates = (values: string[]) => values.filter((value, index) => values.indexOf(value) !== index);

/** All zod schemas inside a schema, itself included. */
const parts = (schema: z.ZodType): z.ZodType[] => {
  const {
    shape,
    element,
    innerType,
    options,
    valueType,
    in: from,
    out: to,
  } = schema.def as unknown as Record<string, never>;
  const inner: z.ZodType[] = [
    ...Object.values<z.ZodType>(shape ?? {}),
    ...((options as z.ZodType[] | undefined) ?? []),
  ];
  const more = [element, innerType, valueType, from, to].filter((part) => part !== undefined) as z.ZodType[];
  return [schema, ...[...inner, ...more].filter((part) => part instanceof z.ZodType).flatMap(parts)];
};

describe.each(rows)('operation %s', (name, row) => {
  test('is called noun.verb and says what it does', () => {
    expect(name).toMatch(/^[a-z]+\.[a-z]+(?:[A-Z][a-z]+)*$/);
    expect(row.summary).toMatch(/^[A-Z].*\.$/);
  });

  test('names codes, a limit, a rule and events that exist', () => {
    for (const code of row.errors) expect(ERRORS).toHaveProperty(code);
    expect(LIMITS).toHaveProperty([row.limit]);
    expect(RULES).toHaveProperty([row.auth.rule]);
    for (const event of row.emits) expect(events).toHaveProperty([event]);
  });

  test('lists what its rule answers with, and nothing twice or common', () => {
    expect(row.errors).toEqual(expect.arrayContaining([...RULES[row.auth.rule]]));
    const common: readonly string[] = COMMON_ERRORS;
    expect(row.errors.filter((code) => common.includes(code))).toEqual([]);
    expect(duplicates([...row.errors, ...row.emits])).toEqual([]);
  });

  test('takes the subject of its rule and its path parameters from the input', () => {
    const keys = Object.keys(row.input.shape);
    if ('subject' in row.auth) expect(keys).toContain(row.auth.subject);
    const inPath = [...(row.rest?.path ?? '').matchAll(/\{(\w+)\}/g)].map(([, key]) => key);
    expect(keys).toEqual(expect.arrayContaining(inPath));
    expect(duplicates(inPath as string[])).toEqual([]);
  });

  test('the subject of its rule cannot be left out', () => {
    if (!('subject' in row.auth)) return;
    expect(row.input.shape[row.auth.subject]?.safeParse(undefined).success).toBe(false);
  });

  test('is mounted', () => {
    expect(row.socket ?? row.rest).toBeDefined();
    if (row.rest) {
      expect(row.rest.path).toMatch(/^(?:\/(?:[a-z]+|\{[A-Za-z]+\}))+$/);
      // What does not fit into a URL is posted.
      if (name === 'room.sync') expect(row.rest.method).toBe('POST');
      else if (row.kind === 'query') expect(row.rest.method).toBe('GET');
      else expect(row.rest.method).not.toBe('GET');
    }
  });

  test('has schemas that become JSON Schema', () => {
    expect(() => z.toJSONSchema(row.input, { io: 'input' })).not.toThrow();
    expect(() => z.toJSONSchema(row.output, { io: 'output' })).not.toThrow();
  });

  test('drops unknown keys at every level of its input', () => {
    for (const part of parts(row.input)) {
      if (part instanceof z.ZodObject) expect(part.def.catchall).toBeUndefined();
      // Keys by room id: nothing else gets in.
      if (part instanceof z.ZodRecord) expect(part.def.keyType).toBe(RoomKey);
      expect(part).not.toBeInstanceOf(z.ZodAny);
      expect(part).not.toBeInstanceOf(z.ZodUnknown);
    }
  });

  test('a query changes nothing, so it emits nothing', () => {
    if (row.kind === 'query') expect(row.emits).toEqual([]);
  });

  test('only an operation over HTTP can be a create with 201', () => {
    if (row.rest?.status === 201) expect(row.rest.method).toBe('POST');
  });
});

describe.each(Object.entries(events))('event %s', (name, { summary, payload, durable }) => {
  test('is called noun:what and says what happened', () => {
    expect(name).toMatch(/^[a-z]+:[a-z_]+$/);
    expect(summary).toMatch(/^[A-Z`].*\.$/);
  });

  test('is an object that becomes JSON Schema; a durable one carries roomId and seq', () => {
    if (name === 'room:seq') expect(payload.def).toMatchObject({ type: 'record', keyType: RoomKey });
    else expect(payload).toBeInstanceOf(z.ZodObject);
    expect(() => z.toJSONSchema(payload, { io: 'output' })).not.toThrow();
    if (durable) expect(Object.keys((payload as z.ZodObject).shape)).toEqual(expect.arrayContaining(['roomId', 'seq']));
  });

  test('is emitted by an operation, or by the server itself', () => {
    const byServer = [
      'server:hello',
      'server:draining',
      'room:activity',
      'room:seq',
      'room:presence',
      'user:online',
      'user:offline',
      'auth:expired',
      'call:left',
    ];
    const byOperation = rows.some(([, row]) => row.emits.includes(name));
    expect(byOperation).toBe(!byServer.includes(name));
  });
});

describe('the tables', () => {
  test('each durable event is an entry of the log', () => {
    const durable = Object.entries(events).flatMap(([name, event]) => (event.durable ? [name] : []));
    const entries = LogEntrySchema.options.map(({ shape }) => shape.event.value);
    expect([...entries].sort()).toEqual(durable.sort());
  });

  test('no two operations answer to one Socket.IO event or one REST route', () => {
    expect(duplicates(rows.flatMap(([, row]) => row.socket ?? []))).toEqual([]);
    // Names of parameters do not tell routes apart.
    const routes = rows.flatMap(([, { rest }]) =>
      rest ? `${rest.method} ${rest.path.replace(/\{\w+\}/g, '{}')}` : [],
    );
    expect(duplicates(routes)).toEqual([]);
  });

  test('each limit is positive and used', () => {
    const used = new Set(rows.map(([, row]) => row.limit));
    for (const [name, { points, windowMs }] of Object.entries(LIMITS)) {
      expect(points).toBeGreaterThan(0);
      expect(windowMs).toBeGreaterThan(0);
      expect(used).toContain(name);
    }
  });

  test('only what anyone may call is limited by address', () => {
    for (const [name, row] of rows) {
      expect(LIMITS[row.limit].key, name).toBe(row.auth.rule === 'anyone' ? 'address' : 'user');
    }
  });

  test('each code is used by an operation or common to all', () => {
    const used = new Set<string>([...COMMON_ERRORS, ...rows.flatMap(([, row]) => row.errors)]);
    expect([...used].sort()).toEqual(Object.keys(ERRORS).sort());
  });

  test('the names a frontend of the seed uses are all there', () => {
    const sockets = rows.flatMap(([, row]) => row.socket ?? []);
    const fromSeed = [
      'join_room',
      'leave_room',
      'message:send',
      'message:edit',
      'message:delete',
      'user:typing',
      'user:stop_typing',
      'call:initiated',
      'call:answered',
      'call:ended',
    ];
    expect(sockets).toEqual(expect.arrayContaining(fromSeed));
  });
});
