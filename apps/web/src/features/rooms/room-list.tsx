'use client';

import { CircleAlert, Sparkles } from 'lucide-react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { useStore } from '@/lib/store';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { RoomItem } from './room-item';

interface RoomListProps {
  openRoomId: number | null;
  onOpen: (roomId: number) => void;
  onCreate: (what: 'room' | 'direct') => void;
}

export function RoomList({ openRoomId, onOpen, onCreate }: RoomListProps) {
  const { rooms, report } = useWorkspace();
  const { status, error, rooms: list, nextCursor } = useStore(rooms.state, (state) => state);
  return (
    <nav
      aria-label="Rooms"
      aria-busy={status === 'loading'}
      className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2"
    >
      {status === 'loading' && list.length === 0 && <RoomSkeletons />}
      {status === 'failed' && <RoomsFailed error={error} onRetry={() => void rooms.load()} />}
      {status === 'ready' && list.length === 0 && <NoRooms onCreate={onCreate} />}
      <ul aria-label="Rooms" className="space-y-0.5 pb-2">
        {list.map((room) => (
          <RoomItem key={room.id} room={room} open={room.id === openRoomId} onOpen={() => onOpen(room.id)} />
        ))}
      </ul>
      {nextCursor !== null && (
        <Button variant="ghost" size="sm" className="mx-auto mb-3" onClick={() => rooms.loadMore().catch(report)}>
          Show more rooms
        </Button>
      )}
    </nav>
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

function RoomsFailed({ error, onRetry }: { error: string | null; onRetry: () => void }) {
  const retry = (
    <Button size="sm" variant="soft" onClick={onRetry}>
      Try again
    </Button>
  );
  return (
    <Notice icon={CircleAlert} title="Rooms could not be loaded" role="alert" actions={retry} compact>
      {error}
    </Notice>
  );
}

const WIDTHS = ['62%', '45%', '70%', '52%', '38%'];

function RoomSkeletons() {
  return (
    <div role="status" aria-label="Loading rooms" className="animate-pulse space-y-0.5">
      {WIDTHS.map((width) => (
        <div key={width} className="flex items-center gap-3 px-2.5 py-2.5">
          <div className="size-10 rounded-xl bg-hover" />
          <div className="flex-1 space-y-2">
            <div className="h-3 rounded-full bg-hover" style={{ width }} />
            <div className="h-2.5 w-4/5 rounded-full bg-hover" />
          </div>
        </div>
      ))}
    </div>
  );
}
