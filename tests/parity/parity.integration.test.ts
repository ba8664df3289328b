import { type OperationName, operations } from '@dream-studio/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import { type Caller, call, closeSockets, names, newCaller, specOf, type Transport, transportsOf } from './callers.js';
import { normalise } from './normalise.js';
import { sampleOf, samples } from './samples.js';
import { newWorld } from './world.js';

let app: TestApp;
let outsider: Caller;

beforeAll(async () => {
  app = await startTestApp();
  outsider = await newCaller(app, ['socket /', 'socket /chat']);
});
afterAll(() => app?.close());

/** The same situation each time: a room of one's own, with a message of one's own, and one socket. */
async function situation(transport: Transport, name?: OperationName) {
  const isService = name !== undefined && specOf(name).auth.rule === 'service';
  const caller = await newCaller(app, [transport.startsWith('socket') ? transport : 'socket /'], { isService });
  const world = await newWorld(app, { owner: caller, author: caller });
  return { caller, world };
}

test('each operation has a sample', () => {
  expect(Object.keys(samples).sort()).toEqual([...names].sort());
});

test.each(names)('%s answers alike over every transport', async (name) => {
  const answers: Record<string, unknown> = {};
  for (const transport of transportsOf(name)) {
    const { caller, world } = await situation(transport, name);
    const answer = await call(app, caller, transport, name, await sampleOf(name, world, caller));
    if (!answer.ok) throw new Error(`${transport}: ${JSON.stringify(answer.error)}`);
    // What the contract does not name is not sent; what it names is all there.
    expect(answer.data).toEqual(operations[name].output.parse(answer.data));
    answers[transport] = normalise(answer.data, world.tag);
    closeSockets(caller);
  }
  const [first, ...others] = Object.values(answers);
  expect(first).toBeDefined();
  for (const other of others) expect(other).toEqual(first);
});

test.each(names)('%s fails alike over every transport', async (name) => {
  const { caller, world } = await situation('rest');
  const input = await sampleOf(name, world, caller);
  const [firstKey] = Object.keys(specOf(name).input.shape);
  const bad = firstKey === undefined ? null : { ...input, [firstKey]: '\0' };
  const failures: Record<string, unknown>[] = [];
  for (const transport of transportsOf(name)) {
    const junk = firstKey === undefined && transport === 'rest' ? null : bad;
    const answers = [
      ...(firstKey === undefined ? [] : [await call(app, outsider, transport, name, junk)]),
      ...('subject' in specOf(name).auth ? [await call(app, outsider, transport, name, input)] : []),
    ];
    for (const answer of answers) expect(answer.ok).toBe(false);
    failures.push({ ...answers.map((answer) => !answer.ok && answer.error) });
  }
  const [first, ...others] = failures;
  for (const other of others) expect(other).toEqual(first);
  closeSockets(caller);
});

test('REST answers 201 to what was created, 200 to its repetition and to everything else', async () => {
  const { caller, world } = await situation('rest');
  for (const name of names.filter((each) => specOf(each).rest)) {
    if (name === 'room.archive' || name === 'call.end' || specOf(name).auth.rule === 'service') continue;
    const { status } = await call(
      app,
      caller,
      'rest',
      name,
      await sampleOf(name, { ...world, ring: ring(name) }, caller),
    );
    expect([name, status]).toEqual([name, specOf(name).rest?.status ?? 200]);
  }
  const again = await sampleOf('message.create', world, caller);
  expect((await call(app, caller, 'rest', 'message.create', again)).status).toBe(200);
  closeSockets(caller);

  function ring(name: string) {
    return () => (name === 'call.start' ? Promise.resolve(0) : world.ring());
  }
});
