'use client';

import type { Member, Room } from '@dream-studio/sdk';
import { useChatClient, useMembers, useRoomSnapshot } from '@dream-studio/sdk/react';
import { Search, UserSearch } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useSelf } from '@/features/workspace/workspace-context';
import { useStore } from '@/lib/store';
import { TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { VirtualList } from '@/ui/virtual-list';
import { type MemberListRow, memberRows } from './member-groups';
import type { MemberCommand } from './member-menu';
import { MemberRow } from './member-row';
import { useLastSeenOf } from './use-last-seen-of';

/** Fewer are found by looking. */
const SEARCH_FROM = 12;
/** In pixels. */
const HEIGHTS = { group: 34, member: 52 };

const heightOf = (row: MemberListRow) => HEIGHTS[row.kind];
const keyOf = (row: MemberListRow) => row.key;

interface MembersListProps {
  room: Room;
  /** Of the member who is being changed. */
  busyUserId: number | null;
  onCommand: (command: MemberCommand, member: Member) => void;
}

/** Who is in a room, those online first. */
export function MembersList({ room, busyUserId, onCommand }: MembersListProps) {
  const [query, setQuery] = useState('');
  const members = useMembers(room.id);
  const loaded = useRoomSnapshot((snapshot) => snapshot.members !== null, room.id);
  const rows = useMemberRows(members, useDeferredValue(query));
  const [shown, setShown] = useState<readonly MemberListRow[]>([]);
  const lastSeenAt = useLastSeenOf(room.id, shown);

  return (
    <>
      {members.length >= SEARCH_FROM && (
        <TextField
          label="Search members"
          hideLabel
          type="search"
          placeholder="Search members"
          icon={<Search />}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          data-testid="member-search"
          className="mb-2 shrink-0 px-3"
        />
      )}
      {!loaded && <MemberSkeletons />}
      {loaded && rows.length === 0 && <Notice icon={UserSearch} title="Nobody by that name" compact />}
      <VirtualList
        label="List of members"
        rows={rows}
        heightOf={heightOf}
        keyOf={keyOf}
        onShown={setShown}
        className="min-h-0 flex-1 px-2 pb-2"
      >
        {(row) =>
          row.kind === 'group' ? (
            <GroupTitle title={row.title} count={row.count} />
          ) : (
            <MemberRow
              member={row.member}
              room={room}
              online={row.online}
              lastSeenAt={lastSeenAt[row.member.userId]}
              busy={busyUserId === row.member.userId}
              onCommand={onCommand}
            />
          )
        }
      </VirtualList>
      {loaded && !query && members.length < room.memberCount && members.length >= 1_000 && (
        <p className="border-t border-line px-4 py-2 text-xs text-ink-soft">
          The first {members.length.toLocaleString()} of {room.memberCount.toLocaleString()} members.
        </p>
      )}
    </>
  );
}

function useMemberRows(members: readonly Member[], query: string) {
  const me = useSelf();
  const online = useStore(useChatClient().presence, (state) => state.onlineUserIds);
  return useMemo(() => memberRows(members, new Set([...online, me.id]), query), [members, online, me.id, query]);
}

function GroupTitle({ title, count }: { title: string; count: number }) {
  return (
    <h3 className="px-2 pt-3 text-xs font-medium text-ink-soft">
      {title} <span className="tabular-nums">({count.toLocaleString()})</span>
    </h3>
  );
}

const WIDTHS = ['55%', '70%', '45%', '62%'];

function MemberSkeletons() {
  return (
    <div role="status" aria-label="Loading members" className="animate-pulse space-y-5 px-4 pt-4">
      {WIDTHS.map((width) => (
        <div key={width} className="flex items-center gap-3">
          <div className="size-8 rounded-full bg-hover" />
          <div className="h-3 rounded-full bg-hover" style={{ width }} />
        </div>
      ))}
    </div>
  );
}
