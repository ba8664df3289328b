import { createStore, type ReadableStore } from '@/lib/store';

/** Who is signed in on this browser. */
export interface Session {
  token: string;
  userId: number;
  name: string;
}

const KEY = 'dream-studio.session';

/** The same object for the same text, as watchers compare by reference. */
const parse = memoizeLast((text: string | null): Session | null => {
  try {
    const value = JSON.parse(text ?? 'null');
    return typeof value?.token === 'string' && Number.isSafeInteger(value.userId) ? value : null;
  } catch {
    return null;
  }
});

function memoizeLast<A, R>(compute: (argument: A) => R): (argument: A) => R {
  let last: { argument: A; result: R } | undefined;
  return (argument) => {
    if (!last || last.argument !== argument) last = { argument, result: compute(argument) };
    return last.result;
  };
}

/** Why the last session ended, when it was not the user's wish. */
export const sessionNotice = createStore<string | null>(null);

const listeners = new Set<() => void>();
const changed = () => {
  for (const listener of listeners) listener();
};

/** The session kept in this browser, shared by its tabs. */
export const sessionStore: ReadableStore<Session | null> = {
  get: () => (typeof window === 'undefined' ? null : parse(localStorage.getItem(KEY))),
  subscribe(listener) {
    listeners.add(listener);
    window.addEventListener('storage', listener);
    return () => {
      listeners.delete(listener);
      window.removeEventListener('storage', listener);
    };
  },
};

export function startSession({ token, userId, name }: Session): void {
  localStorage.setItem(KEY, JSON.stringify({ token, userId, name }));
  sessionNotice.set(() => null);
  changed();
}

/** Signs out in all tabs; `notice` is shown on the form for signing in. */
export function endSession(notice: string | null = null): void {
  localStorage.removeItem(KEY);
  sessionNotice.set(() => notice);
  changed();
}
