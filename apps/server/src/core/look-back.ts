/** Between two looks: with the time a look may take, well under the 5 s that other nodes have. */
const EVERY_MS = 2_000;
/** How much later than its time says a change may be committed: longer than any statement or transaction may run. */
const OVERLAP_MS = 10_000;

export interface LookBack {
  /**
   * Looks now. Resolves when a look that began after this call is over, whether it could be made or not: what was committed
   * before is known here then.
   */
  look(): Promise<void>;
  /** Resolves when no look is under way any more. */
  close(): Promise<void>;
}

export interface LookBackDeps {
  /**
   * Carries over what has changed since so many milliseconds before `since`, a time of the database's (now when null).
   * Resolves with the database's time of the look, to be given to the next.
   */
  read(since: string | null, backMs: number): Promise<string>;
  failed(err: unknown): void;
  /** Time between two looks, in milliseconds: {@link EVERY_MS}, but for tests. */
  everyMs?: number | undefined;
}

/**
 * Finds by the database alone what other nodes have changed, so that it holds here within 5 s whatever else is down. Each
 * look goes back to the last one that could be made, so nothing is lost by those that failed, however many. A change is seen
 * by some looks in a row: carrying it over twice must do no harm.
 */
export function startLookBack({ read, failed, everyMs = EVERY_MS }: LookBackDeps): LookBack {
  const startedAt = performance.now();
  let since: string | null = null;
  let timer: NodeJS.Timeout;
  /** One after the other. */
  let last = Promise.resolve();
  /** One that has not begun: all who ask meanwhile share it. */
  let waiting: Promise<void> | null = null;
  let closed = false;

  const readOn = async () => {
    // Before the first look that succeeds there is no time of the database's to begin with.
    const unseenMs = since === null ? performance.now() - startedAt : 0;
    since = await read(since, OVERLAP_MS + unseenMs);
  };
  const begin = async () => {
    waiting = null;
    if (closed) return;
    clearTimeout(timer);
    await readOn().catch(failed);
    if (!closed) timer = setTimeout(look, everyMs);
  };
  const look = () => {
    waiting ??= last = last.then(begin);
    return waiting;
  };

  void look();
  return {
    look,
    async close() {
      closed = true;
      clearTimeout(timer);
      await last;
    },
  };
}
