import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { coalesceWrites, type EngineConnection, UNHURRIED_MS, withoutHurry } from './coalesced-writes.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] }));
afterEach(() => void vi.useRealTimers());

const endTurn = () => vi.advanceTimersByTime(0);

/** A connection as Engine.IO has it: what is sent waits in its queue until `flush` takes all of it. */
class FakeConnection implements EngineConnection {
  writeBuffer: string[] = [];
  readonly steps: string[] = [];
  readonly transport;

  constructor(name = 'websocket') {
    const _socket = { cork: () => this.steps.push('cork'), uncork: () => this.steps.push('uncork') } as never;
    this.transport = { name, ...(name === 'websocket' && { socket: { _socket } }) };
    coalesceWrites(this);
  }

  flush(): void {
    this.steps.push(this.writeBuffer.splice(0).join());
  }

  send(packet: string): void {
    this.writeBuffer.push(packet);
    this.flush();
  }
}

test('what is sent in a turn leaves at its end, in order, with one write for each connection', () => {
  const [ann, bob] = [new FakeConnection(), new FakeConnection()];
  for (const packet of ['1', '2', '3']) {
    ann.send(packet);
    bob.send(packet);
  }
  expect(ann.steps).toEqual([]);
  endTurn();
  for (const { steps } of [ann, bob]) expect(steps).toEqual(['cork', '1,2,3', 'uncork']);
});

test('what is unhurried waits a little, for what comes after it, and is written once', () => {
  const ann = new FakeConnection();
  withoutHurry(() => ann.send('1'));
  endTurn();
  vi.advanceTimersByTime(UNHURRIED_MS - 1);
  expect(ann.steps).toEqual([]);
  withoutHurry(() => ann.send('2'));
  vi.advanceTimersByTime(1);
  expect(ann.steps).toEqual(['cork', '1,2', 'uncork']);
});

test('what has no time to wait takes the unhurried before it along: order stays', () => {
  const ann = new FakeConnection();
  withoutHurry(() => ann.send('1'));
  ann.send('2');
  withoutHurry(() => ann.send('3'));
  endTurn();
  expect(ann.steps).toEqual(['cork', '1,2,3', 'uncork']);
});

test('an error while something is sent without hurry leaves what follows in a hurry', () => {
  const ann = new FakeConnection();
  const failing = () => {
    throw new Error('broken');
  };
  expect(() => withoutHurry(failing)).toThrow('broken');
  ann.send('1');
  endTurn();
  expect(ann.steps).toContain('1');
});

test('polling is as Engine.IO has it', () => {
  const ann = new FakeConnection('polling');
  ann.send('1');
  expect(ann.steps).toEqual(['1']);
});
