import type { Entry, Line } from './history.js';

/** What is left when a run is over. */
export interface Outcome {
  history: readonly Entry[];
  /** The room's messages in the database, by `seq`. */
  stored: readonly (Line & { clientId: string | null })[];
  /** The numbers of everything in the room's log. */
  seqs: readonly number[];
  /** The messages that each reader shows at the end, in its order. */
  lists: Readonly<Record<string, readonly Line[]>>;
}

/** Every way in which a run broke the promise, in words; empty when it did not. */
export function check(outcome: Outcome): string[] {
  return [...ackedOnce(outcome), ...listsAreTheLog(outcome), ...toldInOrder(outcome), ...nothingElse(outcome)];
}

type OfKind<K extends Entry['kind']> = Extract<Entry, { kind: K }>;
const ofKind = <K extends Entry['kind']>(history: readonly Entry[], kind: K) =>
  history.filter((entry): entry is OfKind<K> => entry.kind === kind);

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** C1: what was acknowledged is in the database, once, as it was acknowledged. */
export function ackedOnce({ history, stored, seqs }: Outcome): string[] {
  const byContent = grouped(stored, ({ content }) => content);
  const problems: string[] = [];
  for (const { by, content, id, seq } of ofKind(history, 'acked')) {
    const rows = byContent.get(content) ?? [];
    if (rows.length === 0) problems.push(`C1 acked and not stored: "${content}" of ${by} (seq ${seq})`);
    else if (!rows.some((row) => row.id === id && row.seq === seq)) {
      problems.push(`C1 acked as seq ${seq}, stored as ${rows.map((row) => row.seq)}: "${content}" of ${by}`);
    }
  }
  for (const [content, rows] of byContent) {
    if (rows.length > 1) problems.push(`C1 stored ${rows.length} times: "${content}" (seqs ${rows.map((r) => r.seq)})`);
  }
  const hole = seqs.findIndex((seq, index) => index > 0 && seq !== (seqs[index - 1] as number) + 1);
  if (hole > 0) problems.push(`C1 a hole in the log: ${seqs[hole - 1]} is followed by ${seqs[hole]}`);
  return problems;
}

/** C2: every reader shows what the database has, all of it, once, in its order. */
export function listsAreTheLog({ stored, lists }: Pick<Outcome, 'stored' | 'lists'>): string[] {
  return Object.entries(lists).flatMap(([reader, list]) => {
    const shown = new Set(list.map(({ id }) => id));
    const lost = stored.filter(({ id }) => !shown.has(id));
    const doubled = list.length - shown.size;
    const reordered = list.filter(({ seq }, index) => index > 0 && seq < (list[index - 1] as Line).seq);
    return [
      ...(lost.length > 0
        ? [`C2 ${reader} lost ${lost.length}, first "${lost[0]?.content}" (seq ${lost[0]?.seq})`]
        : []),
      ...(doubled > 0 ? [`C2 ${reader} shows ${doubled} twice`] : []),
      ...(reordered.length > 0
        ? [`C2 ${reader} has ${reordered.length} out of order, first ${reordered[0]?.seq}`]
        : []),
    ];
  });
}

/** C2, on the way there: from when a reader begins, it is told each message once, in order, without a hole. */
export function toldInOrder({ history, stored }: Pick<Outcome, 'history' | 'stored'>): string[] {
  const place = new Map(stored.map(({ id }, index) => [id, index]));
  const last = new Map<string, number>();
  const problems: string[] = [];
  for (const entry of history) {
    if (entry.kind === 'began') last.delete(entry.to);
    if (entry.kind !== 'told') continue;
    const now = place.get(entry.id);
    const before = last.get(entry.to);
    if (now === undefined) continue; // C3 says so.
    last.set(entry.to, now);
    if (before === undefined || now === before + 1) continue;
    const what = now === before ? 'twice' : now < before ? 'too late' : `after a hole of ${now - before - 1}`;
    problems.push(`C2 ${entry.to} was told seq ${entry.seq} ${what}, at ${entry.at} ms`);
  }
  return problems;
}

/** C3: nothing appears that was refused, or that nobody sent. */
export function nothingElse({ history, stored, lists }: Outcome): string[] {
  const sent = new Set(ofKind(history, 'sent').map(({ content }) => content));
  for (const { content } of ofKind(history, 'refused')) sent.delete(content);
  const ids = new Set(stored.map(({ id }) => id));
  const isStrange = ({ id, content }: Line) => !sent.has(content) || !ids.has(id);
  const places: [string, readonly Line[]][] = [
    ['the database', stored],
    ...Object.entries(lists),
    ...grouped(ofKind(history, 'told'), ({ to }) => `what was told to ${to}`),
  ];
  return places.flatMap(([name, lines]) =>
    lines
      .filter(isStrange)
      .map(({ content, seq }) => `C3 in ${name}, and not stored or refused: "${content}" (${seq})`),
  );
}
