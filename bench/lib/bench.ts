import type { Processes } from '../../scripts/lib/processes.js';

/** What a bench is given. */
export interface Run {
  readonly say: (progress: string) => void;
  /** Smaller and shorter: to see that it works. */
  readonly quick: boolean;
  /** What it starts ends with these; they are told to stop by Ctrl-C. */
  readonly processes: Processes;
}

export interface Outcome {
  /** For the terminal, and for Markdown. */
  readonly table: string;
  /** What is kept. */
  readonly result: object;
  /** Promises that were broken, in words: they fail the run. A figure beside its target does not. */
  readonly broken: readonly string[];
}

export type Bench = (run: Run) => Promise<Outcome>;
