import type { Role } from '@dream-studio/contracts';
import { describe, expect, test } from 'vitest';
import type { Caller, Context, Services } from './context.js';
import { createDispatch, type DispatchDeps, UnreadableInput } from './dispatch.js';
import { AppError } from './errors.js';
import { createToErrorBody } from './failure.js';
import type { Emission } from './ports.js';

type MarkRead = (ctx: Context<'room.markRead'>) => Promise<unknown>;

interface Fakes {
  waitMs?: number;
  role?: Role | null;
  /** The caller's role under the room's lock. */
  lockedRole?: Role;
  production?: boolean;
  isUnavailable?: boolean;
}

const identity = {
  userId: 7,
  name: 'Ann',
  picture: null,
  issuedAt: null,
  expiresAt: new Date(),
  isService: false,
};
const caller: Caller = { transport: 'rest', identity, address: '10.0.0.1', connection: null };
const input = { roomId: 5, seq: 3 };
const read = { roomId: 5, userId: 7, seq: 3 };
const answer = { seq: 3, unread: 0 };

/** A dispatcher among fakes that note each step, with `room.markRead` as the service to call. */
function start(
  service: MarkRead,
  { waitMs = 0, role = 'MEMBER', lockedRole = 'MEMBER', production = false, isUnavailable = false }: Fakes = {},
) {
  const steps: string[] = [];
  const note = (step: string) => void steps.push(step);
  const publish = (emissions: readonly Emission[]) => {
    for (const { event } of emissions) note(`publish ${event}`);
  };
  const log = {
    debug: () => note('log'),
    info: () => note('log'),
    warn: () => note('warn'),
    error: () => note('error'),
  };
  const markRead: MarkRead = (ctx) => {
    note('run');
    return service(ctx);
  };
  const deps = {
    services: { 'room.markRead': markRead, 'room.update': markRead, 'dev.login': markRead } as unknown as Services,
    access: {
      byRoom: async (userId: number, roomId: number) => {
        note(`gate ${userId} ${roomId}`);
        return role && { roomId, role };
      },
    },
    limiter: {
      consume: async (limit: string, key: string) => {
        note(`consume ${limit} ${key}`);
        return waitMs;
      },
      refund: async (limit: string, key: string) => note(`refund ${limit} ${key}`),
    },
    publisher: { publish },
    roomLog: {
      inOrder: async (roomId: number, work: (p: typeof publish) => Promise<unknown>) => {
        note(`lock ${roomId}`);
        const result = await work(publish);
        note(`unlock ${roomId}`);
        return result;
      },
      write: async (roomId: number, userId: number, work: (transaction: object) => Promise<unknown>) => {
        note(`write ${roomId} ${userId}`);
        return work({ room: { role: lockedRole } });
      },
    },
    log,
    production,
    toErrorBody: createToErrorBody({ log, isUnavailable: () => isUnavailable, newRequestId: () => 'r1' }),
  } as unknown as DispatchDeps;
  return { dispatch: createDispatch(deps), steps };
}

const quiet: MarkRead = async () => answer;
const telling: MarkRead = async (ctx) => {
  ctx.emit('room:read', { room: 5 }, read);
  return answer;
};
const paid = 'consume read 7';

test('limit, gate, service, events and log come in this order', async () => {
  const { dispatch, steps } = start(telling);
  expect(await dispatch('room.markRead', caller, input)).toEqual({ ok: true, data: answer, repeated: false });
  expect(steps).toEqual([paid, 'gate 7 5', 'run', 'publish room:read', 'log']);
});

test('without an identity nothing is counted; with the limit spent nothing is read', async () => {
  const anonymous = start(quiet);
  const reply = await anonymous.dispatch('room.markRead', { ...caller, identity: null }, input);
  expect(reply).toMatchObject({ ok: false, error: { code: 'UNAUTHENTICATED' } });
  expect(anonymous.steps).toEqual(['log']);

  const spent = start(quiet, { waitMs: 1500 });
  const refused = await spent.dispatch('room.markRead', caller, null);
  expect(refused).toMatchObject({ error: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1500 } });
  expect(spent.steps).toEqual([paid, 'log']);
});

test.each([null, undefined, 'x', [], { roomId: 'x' }, new UnreadableInput('not JSON')])(
  'junk costs a point and gets no further: %j',
  async (junk) => {
    const { dispatch, steps } = start(quiet);
    expect(await dispatch('room.markRead', caller, junk)).toMatchObject({ error: { code: 'BAD_INPUT' } });
    expect(steps).toEqual([paid, 'log']);
  },
);

test('the first thing wrong is the message, all of them are the issues', async () => {
  const { dispatch } = start(quiet);
  const reply = await dispatch('room.markRead', caller, { roomId: 0, seq: -1 });
  const issues = [{ path: ['roomId'] }, { path: ['seq'] }];
  expect(reply).toMatchObject({ error: { message: expect.stringMatching(/^roomId: /), issues } });
});

test('the gate stops the service', async () => {
  const { dispatch, steps } = start(quiet, { role: null });
  expect(await dispatch('room.markRead', caller, input)).toMatchObject({ error: { code: 'NOT_A_MEMBER' } });
  expect(steps).toEqual([paid, 'gate 7 5', 'log']);
});

describe('a service that fails', () => {
  const failing =
    (error: Error): MarkRead =>
    async (ctx) => {
      ctx.emit('room:read', { room: 5 }, read);
      throw error;
    };

  test('sends nothing of what it emitted, and its code goes out', async () => {
    const { dispatch, steps } = start(failing(new AppError('CONFLICT', 'Too late')));
    const error = { code: 'CONFLICT', message: 'Too late', retryable: false };
    expect(await dispatch('room.markRead', caller, input)).toEqual({ ok: false, error });
    expect(steps).toEqual([paid, 'gate 7 5', 'run', 'log']);
  });

  test('unexpectedly says only where to look, and is logged', async () => {
    const { dispatch, steps } = start(failing(new Error('the password is 1234')));
    const reply = await dispatch('room.markRead', caller, input);
    expect(reply).toMatchObject({ error: { code: 'INTERNAL', details: { requestId: 'r1' } } });
    expect(JSON.stringify(reply)).not.toContain('1234');
    expect(steps).toContain('error');
  });

  test('for want of a database is UNAVAILABLE', async () => {
    const { dispatch } = start(failing(new Error('gone')), { isUnavailable: true });
    const error = { code: 'UNAVAILABLE', retryable: true };
    expect(await dispatch('room.markRead', caller, input)).toMatchObject({ error });
  });
});

test('a repeat gets its point back and says that it is one', async () => {
  const { dispatch, steps } = start(async (ctx) => {
    ctx.repeated();
    return answer;
  });
  expect(await dispatch('room.markRead', caller, input)).toMatchObject({ ok: true, repeated: true });
  expect(steps).toEqual([paid, 'gate 7 5', 'run', 'refund read 7', 'log']);
});

test('the answer is what the contract names; one that breaks it is INTERNAL', async () => {
  const { dispatch } = start(async () => ({ ...answer, secret: 1 }));
  expect(await dispatch('room.markRead', caller, input)).toMatchObject({ data: answer });
  const broken = start(async () => ({ seq: 'x' }));
  expect(await broken.dispatch('room.markRead', caller, input)).toMatchObject({ error: { code: 'INTERNAL' } });
});

test('inside a room’s order events leave before the room is given on, and once; a write is the caller’s', async () => {
  const { dispatch, steps } = start(async (ctx) => {
    const result = await ctx.inRoomOrder(5, () => telling(ctx));
    await ctx.write(5, async () => undefined);
    return result;
  });
  expect(await dispatch('room.markRead', caller, input)).toMatchObject({ ok: true });
  expect(steps.slice(3)).toEqual(['lock 5', 'publish room:read', 'unlock 5', 'write 5 7', 'log']);
});

test('the role that the gate asked for must still be there under the room’s lock', async () => {
  let written = false;
  const write: MarkRead = (ctx) =>
    ctx.write(5, async () => {
      written = true;
    });
  const demoted = start(write, { role: 'ADMIN', lockedRole: 'MEMBER' });
  const reply = await demoted.dispatch('room.update', caller, { roomId: 5, name: 'New' });
  expect(reply).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  expect(written).toBe(false);
});

describe('an operation that is not there', () => {
  test.each(['nothing.here', '__proto__', 'toString', ''])('%j is NOT_FOUND and free', async (name) => {
    const { dispatch, steps } = start(quiet);
    expect(await dispatch(name, caller, {})).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(steps).toEqual(['log']);
  });

  test('such as one of a live socket, over HTTP', async () => {
    const { dispatch } = start(quiet);
    expect(await dispatch('room.enter', caller, input)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  test('such as the development login in production; elsewhere it counts against the address', async () => {
    const production = start(quiet, { production: true });
    const login = { name: 'Ann' };
    expect(await production.dispatch('dev.login', caller, login)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const development = start(async () => ({ token: 't', userId: 1, name: 'Ann' }));
    const reply = await development.dispatch('dev.login', { ...caller, identity: null }, login);
    expect(reply).toMatchObject({ ok: true });
    await development.dispatch('dev.login', caller, login);
    expect(development.steps.filter((step) => step.startsWith('consume'))).toEqual([
      'consume dev:login 10.0.0.1',
      'consume dev:login 10.0.0.1',
    ]);
  });
});
