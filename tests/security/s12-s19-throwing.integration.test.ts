import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startThrowingApp } from '../../apps/server/src/test/throwing-app.js';
import {
  type Answer,
  anonymous,
  type Caller,
  call,
  connected,
  credentials,
  names,
  newCaller,
  openSocket,
  specOf,
  TRANSPORTS,
  transportsOf,
} from '../parity/callers.js';
import { samples } from '../parity/samples.js';
import type { World } from '../parity/world.js';

const CANARY = 'canary-5f1e postgres://admin:hunter2@db';

const world: World = { tag: 't', roomId: 1, messageId: 1, bystanderId: 2, strangerId: 3, ring: async () => 1 };

class Loud extends Error {
  readonly token = CANARY;
  override readonly cause = new Error(CANARY);
  readonly code = CANARY;
  readonly status = 418;
  readonly data = { error: { code: CANARY } };
}
const failures: Record<string, () => Promise<never>> = {
  'a throw': () => {
    throw new Loud(CANARY);
  },
  'a rejection': () => Promise.reject(new Loud(CANARY)),
  'a throw of text': () => {
    throw CANARY;
  },
  'a rejection with nothing': () => Promise.reject(undefined),
};

let failing = failures['a throw'] as () => Promise<never>;
let app: Awaited<ReturnType<typeof startThrowingApp>>;
let caller: Caller;
const stray: unknown[] = [];
const note = (reason: unknown) => stray.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  app = await startThrowingApp(() => failing());
  caller = await newCaller(app, TRANSPORTS, { isService: true });
});
afterAll(async () => {
  await app?.close();
  process.off('unhandledRejection', note);
});
afterEach(() => expect(stray).toEqual([]));

const INTERNAL = {
  code: 'INTERNAL',
  message: expect.stringMatching(/^Internal error \(request r\d+\)$/),
  retryable: false,
  details: { requestId: expect.stringMatching(/^r\d+$/) },
};

/** Not the reply, nor a header, nor what the client library makes of it. */
const quiet = (answer: Answer) => {
  expect(JSON.stringify([answer, [...answer.headers]])).not.toMatch(/canary|hunter2|418|throwing-app|node_modules/);
};

describe.each(Object.entries(failures))('S12, S19: %s in the service', (_title, fail) => {
  beforeAll(() => {
    failing = fail;
  });

  test.each(names)('of %s is INTERNAL with a request id and no word more', async (name) => {
    for (const transport of transportsOf(name)) {
      const answer = await call(app, caller, transport, name, await samples[name](world as never, caller as never));
      expect(answer).toMatchObject({ ok: false, error: INTERNAL });
      expect(Object.keys((answer as { error: object }).error).sort()).toEqual(Object.keys(INTERNAL).sort());
      expect([null, 500]).toContain(answer.status);
      quiet(answer);
      const { requestId } = (answer as { error: { details: { requestId: string } } }).error.details;
      expect(app.logs.filter((line) => line.requestId === requestId)).toHaveLength(1);
    }
  });

  test('reaches a caller without an ack as the event `error`, text first', async () => {
    const socket = await connected(openSocket(app.url, '/', credentials(caller)));
    for (const name of names.filter((each) => specOf(each).socket)) {
      const told = new Promise<unknown[]>((resolve) => socket.once('error', (...args) => resolve(args)));
      socket.emit(specOf(name).socket as string, await samples[name](world as never, caller as never));
      const [message, body] = await told;
      expect(message).toMatch(/^Internal error \(request r\d+\)$/);
      expect(body).toMatchObject(INTERNAL);
      expect(JSON.stringify([message, body])).not.toContain('canary');
    }
    expect(socket.connected).toBe(true);
    socket.disconnect();
  });
});

test('S12, S19: readiness that fails is INTERNAL too', async () => {
  failing = failures['a rejection'] as () => Promise<never>;
  const { status, body, headers } = await app.http('GET', '/readyz');
  expect([status, body]).toMatchObject([500, { error: INTERNAL }]);
  expect(JSON.stringify([body, [...headers]])).not.toContain('canary');
});

test('S12: arguments of any kind and number end no process', async () => {
  const socket = await connected(openSocket(app.url, '/', credentials(caller)));
  const odd: unknown[][] = [
    [],
    [null],
    [1, 2, 3],
    [[]],
    ['x'.repeat(1_000)],
    [{}, null, 'y'],
    [Buffer.from('b')],
    [true, [[]]],
  ];
  for (const name of names.filter((each) => specOf(each).socket)) {
    for (const args of odd) {
      const reply = await socket.timeout(5_000).emitWithAck(specOf(name).socket as string, ...args);
      expect(reply.ok).toBe(false);
      socket.emit(specOf(name).socket as string, ...args);
      // An ack that is not the last argument is no ack.
      socket.emit(specOf(name).socket as string, ...args, { ack: true });
    }
  }
  expect(socket.connected).toBe(true);
  socket.disconnect();
});

test('S12: the token of nobody fails before the service', async () => {
  const answer = await call(app, anonymous, 'rest', 'user.me', {});
  expect(answer).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
});
