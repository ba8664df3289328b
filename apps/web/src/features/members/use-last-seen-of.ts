import { useChatClient } from '@dream-studio/sdk/react';
import { useEffect, useRef } from 'react';
import { useStore } from '@/lib/store';
import type { MemberListRow } from './member-groups';

/** When people were last seen; asks the server once for those among the rows who are offline. */
export function useLastSeenOf(roomId: number, rows: readonly MemberListRow[]) {
  const { presence } = useChatClient();
  const lastSeenAt = useStore(presence, (state) => state.lastSeenAt);
  const asked = useRef(new Set<number>());

  useEffect(() => {
    const known = presence.get().lastSeenAt;
    const ids = rows.flatMap((row) => {
      const unknown = row.kind === 'member' && !row.online && known[row.member.userId] === undefined;
      return unknown && !asked.current.has(row.member.userId) ? [row.member.userId] : [];
    });
    if (ids.length === 0) return;
    for (const id of ids) asked.current.add(id);
    void presence.ask(roomId, ids);
  }, [presence, roomId, rows]);

  return lastSeenAt;
}
