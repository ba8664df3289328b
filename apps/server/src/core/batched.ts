export interface BatchOptions {
  /** Asks that are answered together at most. */
  readonly max: number;
  /** Batches under way at once: while they are, what comes is collected for the next. */
  readonly atOnce: number;
}

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Has what is asked at the same time answered together, by one statement in place of many: `answer` gets the asks in the
 * order they came, and returns an answer to each, in that order. Nobody waits for company: with nothing under way an ask
 * goes at the end of its turn of the event loop. No answer is older than its ask, as nothing joins what is under way.
 *
 * A failure fails all that were asked together, and all that wait: of a database that hangs or is gone they would hear
 * nothing else, only later.
 */
export function batched<Ask, Answer>(
  { max, atOnce }: BatchOptions,
  answer: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
): (ask: Ask) => Promise<Answer> {
  const waiting: Waiting<Ask, Answer>[] = [];
  let underWay = 0;
  let scheduled = false;

  const run = async (batch: readonly Waiting<Ask, Answer>[]): Promise<void> => {
    underWay += 1;
    try {
      const answers = await answer(batch.map(({ ask }) => ask));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
    }
    underWay -= 1;
    start();
  };

  const start = () => {
    while (waiting.length > 0 && underWay < atOnce) {
      const batch = waiting.splice(0, max);
      void run(batch);
    }
  };

  return (ask) =>
    new Promise((resolve, reject) => {
      waiting.push({ ask, resolve, reject });
      if (scheduled) return;
      scheduled = true;
      setImmediate(() => {
        scheduled = false;
        start();
      });
    });
}
