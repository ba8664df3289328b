import type { World } from './world.js';

interface Span {
  /** Instants of the history; what was sent from the first up to the second counts. */
  from: number;
  to: number;
  /** Whether who wrote and who read were on one node. */
  sameNode: boolean;
  /** Where a time begins: with the send, or with its acknowledgement, from which on the message is in the log. */
  since?: 'sent' | 'acked';
}

/** The times from sends, or acknowledgements, to deliveries in a run, in milliseconds, the shortest first. */
export function deliveries({ history, urlOf }: World, { from, to, sameNode, since = 'sent' }: Span): number[] {
  const sends = new Map(history.of(since).map((sent) => [sent.content, sent]));
  return history
    .of('told')
    .flatMap((told) => {
      const sent = sends.get(told.content);
      if (!sent || sent.at < from || sent.at >= to) return [];
      return (urlOf(sent.by) === urlOf(told.to)) === sameNode ? [told.at - sent.at] : [];
    })
    .sort((a, b) => a - b);
}

/** What `share` of the sorted times, from 0 to 1, stay under. Throws when there are none. */
export function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];
  if (value === undefined) throw new Error('nothing was delivered');
  return value;
}
