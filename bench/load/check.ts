import type { LoadResult } from './plan.js';

/** Broken promises of a run, in words. `stored`: how often each of its messages is in the database, by key. */
export function brokenPromises({ faults, refusal, acked }: LoadResult, stored?: ReadonlyMap<string, number>): string[] {
  const counts: [number, string][] = [
    [faults.lost, 'deliveries lost'],
    [faults.twice, 'deliveries twice'],
    [faults.unexpected, 'deliveries unexpected'],
    [faults.otherOrder, 'receivers with another order'],
    [faults.unanswered, 'sends not answered'],
    [faults.refused, `sends refused (${refusal})`],
  ];
  if (stored) {
    counts.push(
      [acked.filter((key) => !stored.has(key)).length, 'acknowledged messages not in the database'],
      [[...stored.values()].filter((count) => count > 1).length, 'messages more than once in the database'],
    );
  }
  return counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
}
