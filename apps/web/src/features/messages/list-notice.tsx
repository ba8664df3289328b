import type { ChatError, LoadStatus, Room } from '@dream-studio/sdk';
import { CircleAlert, Moon } from 'lucide-react';
import { errorText } from '@/lib/errors';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Loading } from '@/ui/spinner';

interface ListNoticeProps {
  room: Pick<Room, 'name' | 'type'>;
  status: LoadStatus;
  error: ChatError | null;
  onRetry: () => void;
}

/** In place of the messages: that they are loading, could not be loaded, or that there are none. */
export function ListNotice({ room, status, error, onRetry }: ListNoticeProps) {
  if (status === 'failed') {
    const retry = (
      <Button variant="soft" onClick={onRetry}>
        Try again
      </Button>
    );
    return (
      <Notice icon={CircleAlert} title="Messages could not be loaded" role="alert" actions={retry}>
        {error && errorText(error)}
      </Notice>
    );
  }
  if (status !== 'ready') return <Loading label="Loading messages…" />;
  return (
    <Notice icon={Moon} title={room.type === 'DIRECT' ? `Say hello to ${room.name}` : 'A blank page'}>
      {room.type === 'DIRECT' ? 'This is the beginning of your conversation.' : 'Be the first to write in this room.'}
    </Notice>
  );
}
