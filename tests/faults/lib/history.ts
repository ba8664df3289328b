import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Enough of a text to know it by. */
export const TEXT_MAX = 60;

/** Where a message stands, as a reader or the database has it. */
export interface Line {
  id: number;
  seq: number;
  content: string;
}

interface Took {
  /** From the call to its answer, in milliseconds. */
  ms?: number;
}

/** What happened: to a writer (`by`), to a reader (`to`), or to the system. */
export type Happening =
  /** The first try of a message. */
  | { kind: 'sent'; by: string; clientId: string; content: string }
  | ({ kind: 'acked'; by: string; clientId: string } & Line & Took)
  /** For good. */
  | { kind: 'refused'; by: string; clientId: string; content: string; code: string }
  /** Nobody knows whether it was stored: it is sent again. */
  | ({ kind: 'unknown'; by: string; clientId: string; code: string } & Took)
  /** What the reader is told next continues nothing: it has just come, or starts anew. */
  | { kind: 'began'; to: string }
  | ({ kind: 'told'; to: string } & Line)
  | { kind: 'fault'; what: string }
  | { kind: 'log'; level: number; text: string };

export type Entry = Happening & { at: number };

/** A message in brief. */
export const toLine = ({ id, seq, content }: Line): Line => ({ id, seq, content: content.slice(0, TEXT_MAX) });

const folder = () => process.env.FAULTS_HISTORY_DIR || join(tmpdir(), 'dream-studio-faults');

/** What happened in one run, in memory and as JSON lines in a file, which a run that failed leaves behind. */
export class History {
  readonly entries: Entry[] = [];
  readonly path: string;
  readonly #file: number;
  readonly #startedAt = performance.now();

  constructor(name: string) {
    mkdirSync(folder(), { recursive: true });
    this.path = join(folder(), `${name}-${process.pid}-${Date.now()}.jsonl`);
    this.#file = openSync(this.path, 'w');
  }

  /** Milliseconds since the start. */
  now(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  note(happening: Happening): void {
    const entry: Entry = { at: this.now(), ...happening };
    if ('content' in entry) entry.content = entry.content.slice(0, TEXT_MAX);
    this.entries.push(entry);
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  of<K extends Entry['kind']>(kind: K): Extract<Entry, { kind: K }>[] {
    return this.entries.filter((entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind);
  }

  count(kind: Entry['kind']): number {
    return this.of(kind).length;
  }

  /** Ends the file; without `keep` it is removed. */
  close({ keep }: { keep: boolean }): void {
    closeSync(this.#file);
    if (!keep) rmSync(this.path);
  }
}
