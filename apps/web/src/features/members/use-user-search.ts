'use client';

import type { User } from '@dream-studio/sdk';
import { useChatClient } from '@dream-studio/sdk/react';
import { useEffect, useMemo, useState } from 'react';
import { useSelf } from '@/features/workspace/workspace-context';
import { errorText } from '@/lib/errors';

const WAIT_MS = 200;

interface SearchState {
  query: string;
  users: readonly User[];
  error: string | null;
}

/** People other than oneself whose name has `query` in it, a moment after the typing stops. */
export function useUserSearch(query: string) {
  const chat = useChatClient();
  const me = useSelf();
  const [found, setFound] = useState<SearchState>({ query: '', users: [], error: null });
  const q = query.trim();

  useEffect(() => {
    if (!q) return;
    const abort = new AbortController();
    const search = async () => {
      try {
        const { items } = await chat.users.search({ q, limit: 20 }, { signal: abort.signal });
        setFound({ query: q, users: items.filter((user) => user.id !== me.id), error: null });
      } catch (error) {
        if (!abort.signal.aborted) setFound({ query: q, users: [], error: errorText(error) });
      }
    };
    const timer = setTimeout(search, WAIT_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [chat, me.id, q]);

  return useMemo(() => ({ ...found, idle: !q, searching: q !== '' && found.query !== q }), [found, q]);
}
