'use client';

import type { User } from '@dream-studio/sdk';
import { CircleAlert, Sparkles } from 'lucide-react';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { MoreRooms } from './more-rooms';
import { RoomItem, roomKey } from './room-item';
import { RoomSkeletons } from './room-skeletons';
import { SearchResults } from './search-results';
import type { Found } from './use-found';
import type { useRovingFocus } from './use-roving-focus';

export interface RoomListProps {
  query: string;
  found: Found;
  openRoomId: number | null;
  onOpen: (roomId: number) => void;
  onPick: (user: User) => void;
  /** Whose conversation is being opened. */
  busyUserId: number | null;
  onCreate: (what: 'room' | 'direct') => void;
  roving: ReturnType<typeof useRovingFocus>;
}

/** The rooms, last activity first; while there is a search, what it finds. */
export function RoomList(props: RoomListProps) {
  const { query, found, onCreate, roving } = props;
  const { list } = found;
  const loading = list.status === 'idle' || list.status === 'loading';
  return (
    <nav
      {...roving.listProps}
      aria-label="Conversations"
      aria-busy={loading}
      className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2 pt-0.5"
    >
      {loading && list.rooms.length === 0 && <RoomSkeletons />}
      {list.status === 'failed' && (
        <RoomsFailed error={list.error?.message} compact={list.rooms.length > 0} onRetry={() => void list.load()} />
      )}
      {query.trim() ? <SearchResults {...props} /> : <AllRooms {...props} />}
      {list.status === 'ready' && list.rooms.length === 0 && !query.trim() && <NoRooms onCreate={onCreate} />}
      {list.hasMore && <MoreRooms loadMore={list.loadMore} />}
    </nav>
  );
}

function AllRooms({ found, openRoomId, onOpen, roving }: RoomListProps) {
  if (found.rooms.length === 0) return null;
  return (
    <ul aria-label="Conversations" className="space-y-0.5 pb-2" data-testid="room-list">
      {found.rooms.map((room) => (
        <RoomItem
          key={room.id}
          room={room}
          open={room.id === openRoomId}
          tabStop={roving.stop === roomKey(room.id)}
          onOpen={onOpen}
        />
      ))}
    </ul>
  );
}

function NoRooms({ onCreate }: Pick<RoomListProps, 'onCreate'>) {
  const actions = (
    <>
      <Button size="sm" onClick={() => onCreate('room')}>
        Create a room
      </Button>
      <Button size="sm" variant="soft" onClick={() => onCreate('direct')}>
        Message someone
      </Button>
    </>
  );
  return (
    <Notice icon={Sparkles} title="It is quiet here" actions={actions} compact>
      Rooms and direct messages show up here.
    </Notice>
  );
}

interface RoomsFailedProps {
  error: string | undefined;
  /** There are rooms from before to show. */
  compact: boolean;
  onRetry: () => void;
}

function RoomsFailed({ error, compact, onRetry }: RoomsFailedProps) {
  const retry = (
    <Button size="sm" variant="soft" onClick={onRetry}>
      Try again
    </Button>
  );
  if (compact) {
    return (
      <div role="alert" className="mb-2 flex items-center gap-2 rounded-xl bg-danger-soft py-1.5 pr-1.5 pl-3">
        <p className="min-w-0 flex-1 text-[13px] text-danger">The list may be out of date.</p>
        {retry}
      </div>
    );
  }
  return (
    <Notice icon={CircleAlert} title="Rooms could not be loaded" role="alert" actions={retry} compact>
      {error}
    </Notice>
  );
}
