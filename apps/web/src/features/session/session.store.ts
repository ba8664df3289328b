import { isChatError } from '@dream-studio/sdk';
import { randomId } from '@/lib/random-id';
import { createStore } from '@/lib/store';
import { callApi } from './session-api';

/** Who is signed in here. The page says so when it is rendered, from what the server knows. */
export interface Session {
  userId: number;
  name: string;
}

/** Set from when this tab's session ends until the next begins: why, when that was not the user's wish. */
export const sessionEnd = createStore<{ notice: string | null } | null>(null);

/** Written to tell the other tabs of this browser, which share the cookie. */
const KEY = 'dream-studio.session';
const listeners = new Set<() => void>();

const tellThisTab = () => {
  for (const listener of listeners) listener();
};

const tellAllTabs = () => {
  tellThisTab();
  localStorage.setItem(KEY, randomId());
};

/** Calls back when the page is to be rendered anew, as somebody signed in or out; returns what ends that. */
export function onSessionChange(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => {
    if (key !== KEY) return;
    sessionEnd.set(() => null);
    listener();
  };
  listeners.add(listener);
  window.addEventListener('storage', onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', onStorage);
  };
}

/** Signs in by name; rejects with the server's words. */
export async function startSession(name: string): Promise<void> {
  await callApi('POST', '/api/session', { name });
  sessionEnd.set(() => null);
  tellAllTabs();
}

/** Signs out in all tabs. `notice` says why, when the user did not ask for it; if they did, it may reject. */
export async function endSession(notice: string | null = null): Promise<void> {
  if (sessionEnd.get()) return;
  sessionEnd.set(() => ({ notice }));
  try {
    await callApi('DELETE', '/api/session');
  } catch (error) {
    // Where the host app signs people in there is nothing here to sign out of: all that is left is to show it.
    if (notice === null && !isChatError(error, 'NOT_FOUND')) {
      sessionEnd.set(() => null);
      throw error;
    }
  }
  tellAllTabs();
}

/** The server knows another session than this tab shows: the page is rendered anew. */
export const sessionReplaced = tellThisTab;
