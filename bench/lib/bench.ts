import type { Processes } from '../../scripts/lib/processes.js';

/** What a bench is given. */
export interface Run {
  readonly say: (progress: string) => void;
  /** Smaller and shorter: to see that it works. */
  readonly quick: boolean;
  /** What it starts ends with these; they are told to stop by Ctrl-C. */
  readonly processes: Processes;
}

/** A row of the one table of targets, P1 to P9. */
export interface Target {
  /** `P1`; rows of one id stay together. */
  readonly id: string;
  readonly work: string;
  /** As it is shown, with its unit; so are the next two. */
  readonly ours: string;
  readonly baseline: string;
  readonly ratio: string;
  readonly target: string;
  /** Left out where a figure is only stated. */
  readonly met?: boolean;
}

export interface Outcome {
  /** For the terminal, and for bench/README.md, if that has a place for it. */
  readonly table: string;
  /** More tables, for documents that have a place for them, by the name of the place. */
  readonly parts?: Readonly<Record<string, string>>;
  /** For the one table of targets. */
  readonly targets?: readonly Target[];
  /** What is kept. */
  readonly result: object;
  /** Promises that were broken, in words: they fail the run. A figure beside its target does not. */
  readonly broken: readonly string[];
}

export type Bench = (run: Run) => Promise<Outcome>;
