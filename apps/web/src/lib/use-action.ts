import { useCallback, useState } from 'react';
import { errorText } from './errors';

export type RunAction = (action: () => Promise<unknown>) => Promise<void>;

/** Runs what a form or button does: whether it is under way, and what the server said when it failed. */
export function useAction() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run: RunAction = useCallback(async (action) => {
    setBusy(true);
    setError(null);
    try {
      await action();
    } catch (cause) {
      setError(errorText(cause));
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, error, run };
}
