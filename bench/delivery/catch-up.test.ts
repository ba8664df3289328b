import { describe, expect, test } from 'vitest';
import { catchUps } from './catch-up.js';
import { ClientRecord } from './record.js';

/** A client that is always there, and is given a message at each of these times. */
const witness = (...times: number[]): ClientRecord => {
  const record = new ClientRecord(0);
  for (const at of times) record.delivered(`at ${at}`, at, at);
  return record;
};
const away = (from: number, to: number, deliveries: Record<string, number>): ClientRecord => {
  const record = new ClientRecord(0);
  record.disconnected(from);
  record.connected(to);
  for (const [text, at] of Object.entries(deliveries)) record.delivered(text, 0, at);
  return record;
};
const timesOf = (...clients: ClientRecord[]) => catchUps(clients).map(({ at }) => at);

describe('a client has caught up', () => {
  test('when it is connected, if nothing happened meanwhile', () => {
    expect(timesOf(witness(1_000, 9_000), away(5_000, 7_000, { 'at 9000': 9_001 }))).toEqual([7_000]);
  });

  test('with the last of what others were given before it was back, whatever comes later', () => {
    const missed = { 'at 5500': 7_200, 'at 6500': 7_300, 'at 7100': 8_000 };
    expect(timesOf(witness(5_500, 6_500, 7_100), away(5_000, 7_000, missed))).toEqual([7_300]);
  });

  test('with what was on its way to it when the connection was lost', () => {
    expect(timesOf(witness(4_999), away(5_000, 7_000, { 'at 4999': 7_400 }))).toEqual([7_400]);
    expect(timesOf(witness(4_999), away(5_000, 7_000, { 'at 4999': 5_000 }))).toEqual([7_000]);
  });

  test('never, when one of them does not come or the connection does not', () => {
    expect(timesOf(witness(5_500, 6_500), away(5_000, 7_000, { 'at 6500': 7_300 }))).toEqual([null]);
    const gone = new ClientRecord(0);
    gone.disconnected(5_000);
    expect(timesOf(gone)).toEqual([null]);
  });

  test('whatever happens in other rooms', () => {
    const stranger = new ClientRecord(1);
    stranger.delivered('elsewhere', 1, 6_000);
    expect(timesOf(stranger, away(5_000, 7_000, {}))).toEqual([7_000]);
  });

  test('each absence counts, from the given time on', () => {
    const client = away(1_000, 2_000, {});
    client.disconnected(5_000);
    client.disconnected(5_100);
    client.connected(7_000);
    client.connected(7_100);
    expect(client.absences).toEqual([
      { from: 1_000, to: 2_000 },
      { from: 5_000, to: 7_000 },
    ]);
    expect(catchUps([client], 3_000).map(({ absence }) => absence.from)).toEqual([5_000]);
  });
});
