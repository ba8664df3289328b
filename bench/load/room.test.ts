import { describe, expect, test } from 'vitest';
import { noFaults, RoomLoad } from './room.js';

function room({ members = 2, acks = true } = {}) {
  const sent: [member: number, number: number][] = [];
  const took: number[] = [];
  let clock = 0;
  const load = new RoomLoad({
    members,
    acks,
    send: (member, number) => sent.push([member, number]),
    now: () => clock,
    onDone: (sentAt, doneAt) => took.push(doneAt - sentAt),
  });
  return { load, sent, took, at: (time: number) => (clock = time) };
}
/** To both members. */
const toAll = (load: RoomLoad, ...numbers: number[]) => {
  for (const number of numbers) for (const member of [0, 1]) load.delivered(member, number);
};

describe('a closed loop', () => {
  test('has as many sends outstanding as it is told, each by the next member', () => {
    const { load, sent } = room();
    load.start(3);
    expect(sent).toEqual([
      [0, 0],
      [1, 1],
      [0, 2],
    ]);
    expect(load.outstanding).toBe(3);
  });

  test('sends the next when the last member has a message and it is acknowledged, in any order', () => {
    const { load, sent, took, at } = room();
    load.start(1);
    at(5);
    toAll(load, 0);
    expect(sent).toHaveLength(1);
    at(8);
    load.acked(0);
    expect(sent).toHaveLength(2);
    load.acked(1);
    load.delivered(1, 1);
    expect(load.done).toBe(1);
    at(9);
    load.delivered(0, 1);
    expect([load.done, load.outstanding, load.deliveries]).toEqual([2, 1, 4]);
    expect(took).toEqual([8, 1]);
  });

  test('goes on after a refusal, and ends with stop', () => {
    const { load, sent } = room();
    load.start(1);
    load.refused(0);
    expect(sent).toHaveLength(2);
    load.stop();
    load.acked(1);
    toAll(load, 1);
    expect([sent.length, load.outstanding]).toEqual([2, 0]);
    expect(load.faults()).toEqual({ ...noFaults(), refused: 1 });
  });

  test('without acks the delivery to the sender stands for one', () => {
    const { load } = room({ acks: false });
    load.start(2);
    load.stop();
    load.delivered(1, 0);
    expect(load.ackedNumbers()).toEqual([]);
    load.delivered(1, 1);
    load.delivered(0, 0);
    expect(load.ackedNumbers()).toEqual([0, 1]);
    expect([load.done, load.outstanding]).toEqual([1, 1]);
  });
});

describe('what went wrong is counted', () => {
  const sentTen = () => {
    const { load } = room();
    for (let i = 0; i < 10; i++) load.sendOne();
    for (let i = 0; i < 10; i++) load.acked(i);
    return load;
  };
  const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

  test('nothing, when each member was given each message once, in one order', () => {
    const load = sentTen();
    toAll(load, ...ten.toReversed());
    expect(load.faults()).toEqual(noFaults());
  });

  test('a delivery that did not come, to one member', () => {
    const load = sentTen();
    toAll(load, ...ten.slice(1));
    load.delivered(0, 0);
    expect(load.faults()).toEqual({ ...noFaults(), lost: 1, otherOrder: 1 });
  });

  test('what comes twice does not make up for what does not come', () => {
    const load = sentTen();
    toAll(load, ...ten.slice(0, 9));
    toAll(load, 3);
    expect(load.faults()).toEqual({ ...noFaults(), lost: 2, twice: 2 });
  });

  test('what was never sent, and another order than the others had', () => {
    const load = sentTen();
    for (const number of ten) load.delivered(0, number);
    for (const number of [1, 0, ...ten.slice(2)]) load.delivered(1, number);
    load.delivered(1, 10);
    expect(load.faults()).toEqual({ ...noFaults(), unexpected: 1, otherOrder: 1 });
  });

  test('a send that was not answered; an ack counts once', () => {
    const { load } = room();
    load.sendOne();
    load.sendOne();
    load.acked(1);
    load.acked(1);
    toAll(load, 0, 1);
    expect(load.faults()).toEqual({ ...noFaults(), unanswered: 1 });
    expect([load.ackedNumbers(), load.done]).toEqual([[1], 1]);
  });

  test('with thousands of messages too', () => {
    const { load } = room();
    for (let i = 0; i < 20_000; i++) load.sendOne();
    for (let i = 0; i < 20_000; i++) {
      load.acked(i);
      toAll(load, i);
    }
    expect(load.faults()).toEqual(noFaults());
    load.delivered(1, 19_999);
    expect(load.faults()).toEqual({ ...noFaults(), twice: 1 });
  });
});
