import { expect, test } from 'vitest';
import type { Caller } from './context.js';
import { drainable } from './drain.js';

const caller: Caller = { transport: 'rest', identity: null, address: '', connection: null };
const done = { ok: true, data: 'done', repeated: false } as const;

test('draining waits for the calls under way, and refuses new ones as UNAVAILABLE', async () => {
  let finish = (_: typeof done) => {};
  const work = new Promise<typeof done>((resolve) => (finish = resolve));
  const { dispatch, drain } = drainable(() => work);
  const underWay = dispatch('x', caller, {});
  let drained = false;
  const draining = drain().then(() => {
    drained = true;
  });
  expect(await dispatch('x', caller, {})).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE', retryable: true } });
  expect(drained).toBe(false);
  finish(done);
  expect(await underWay).toEqual(done);
  await draining;
});

test('draining an idle server is done at once; a call that throws is over too', async () => {
  await drainable(async () => done).drain();
  const { dispatch, drain } = drainable(() => Promise.reject(new Error('no')));
  await expect(dispatch('x', caller, {})).rejects.toThrow('no');
  await drain();
});
