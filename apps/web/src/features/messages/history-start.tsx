import type { Room } from '@dream-studio/sdk';
import { Button } from '@/ui/button';
import { Spinner } from '@/ui/spinner';
import type { Older } from './use-older';

interface HistoryStartProps {
  room: Pick<Room, 'name' | 'type'>;
  hasOlder: boolean;
  loading: boolean;
  older: Older;
}

/** Above the oldest message: that more is coming, or that this is where it began. */
export function HistoryStart({ room, hasOlder, loading, older }: HistoryStartProps) {
  if (!hasOlder) {
    const whose = room.type === 'DIRECT' ? `your conversation with ${room.name}` : room.name;
    return <p className="truncate px-6 text-[13px] text-ink-faint">This is the beginning of {whose}</p>;
  }
  if (older.failed && older.load) {
    return (
      <Button variant="soft" size="sm" onClick={older.load} data-testid="load-older">
        Older messages could not be loaded. Try again
      </Button>
    );
  }
  return loading ? <Spinner className="size-5 text-ink-faint" /> : null;
}
