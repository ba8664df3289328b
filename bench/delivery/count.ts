import type { ClientRecord, Sent } from './record.js';

/** Everything between `sent` and `wrongLists` is counted in deliveries: one message to one client. */
export interface Counts {
  sent: number;
  /** Each message to every client of its room, its sender included. */
  expected: number;
  delivered: number;
  lost: number;
  /** Deliveries of what the client had already. */
  duplicated: number;
  /** Deliveries after one that comes later in the room, or has the same number. */
  reordered: number;
  /** Deliveries of what nobody sent to that room. */
  unexpected: number;
  /** Clients whose list at the end is not what they were given, in that order. */
  wrongLists: number;
}

/** Compares what was sent with what each client was given. */
export function count(sent: readonly Sent[], clients: readonly ClientRecord[]): Counts {
  const ofRoom = new Map<number, Set<string>>();
  for (const { room, text } of sent) ofRoom.set(room, (ofRoom.get(room) ?? new Set()).add(text));
  const counts: Counts = {
    sent: sent.length,
    expected: 0,
    delivered: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    unexpected: 0,
    wrongLists: clients.filter((client) => !isListRight(client)).length,
  };
  for (const client of clients) {
    const wanted = ofRoom.get(client.room) ?? new Set();
    counts.expected += wanted.size;
    countOne(client, wanted, counts);
  }
  counts.lost = counts.expected - counts.delivered;
  return counts;
}

function countOne({ deliveries }: ClientRecord, wanted: ReadonlySet<string>, counts: Counts): void {
  const had = new Set<string>();
  let highest = Number.NEGATIVE_INFINITY;
  for (const { text, order } of deliveries) {
    if (had.has(text)) counts.duplicated += 1;
    else if (!wanted.has(text)) counts.unexpected += 1;
    else {
      counts.delivered += 1;
      if (order <= highest) counts.reordered += 1;
    }
    had.add(text);
    highest = Math.max(highest, order);
  }
}

const isListRight = ({ list, deliveries }: ClientRecord): boolean =>
  list === null || (list.length === deliveries.length && list.every((text, index) => text === deliveries[index]?.text));

/** What is wrong, in words; empty when every delivery was made once and in order. */
export function faults(counts: Counts): string[] {
  const kinds = ['lost', 'duplicated', 'reordered', 'unexpected'] as const;
  return [
    ...kinds.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} deliveries ${kind}`),
    ...(counts.wrongLists > 0 ? [`${counts.wrongLists} clients with a list unlike what was delivered`] : []),
  ];
}
