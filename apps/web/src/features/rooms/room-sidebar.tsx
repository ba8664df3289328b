'use client';

import type { User } from '@dream-studio/sdk';
import { Plus, SquarePen } from 'lucide-react';
import { useCallback, useRef, useState } from 'react';
import { AccountMenu } from '@/features/account/account-menu';
import { UnsentElsewhere } from '@/features/messages/unsent-elsewhere';
import { useMediaQuery } from '@/lib/use-media-query';
import { IconButton } from '@/ui/button';
import { cx } from '@/ui/cx';
import { Logo } from '@/ui/logo';
import { CreateRoomDialog } from './create-room-dialog';
import { NewDirectDialog } from './new-direct-dialog';
import { personKey } from './person-result';
import { roomKey } from './room-item';
import { RoomList } from './room-list';
import { RoomSearch } from './room-search';
import { useFound } from './use-found';
import { useRovingFocus } from './use-roving-focus';
import { useSidebarFocus } from './use-sidebar-focus';
import { useStartDirect } from './use-start-direct';

interface RoomSidebarProps {
  openRoomId: number | null;
  onOpen: (roomId: number | null) => void;
  className?: string;
}

type DialogName = 'room' | 'direct';

/** All conversations, the search over them, and the ways to begin a new one. */
export function RoomSidebar({ openRoomId, onOpen, className }: RoomSidebarProps) {
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const [query, setQuery] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const found = useFound(query);
  // On a small screen the list is all there is.
  const alone = useMediaQuery('(max-width: 47.99rem)') && openRoomId === null;
  const landmark = { role: alone ? 'main' : 'complementary', 'aria-label': 'Sidebar' };
  const focusSearch = useSidebarFocus(search, openRoomId, onOpen);
  const close = () => setDialog(null);

  const open = useCallback(
    (roomId: number) => {
      setDialog(null);
      setQuery('');
      onOpen(roomId);
    },
    [onOpen],
  );
  const direct = useStartDirect(open);
  const pick = (user: User) => void direct.start(user);
  const roving = useRovingFocus({
    keys: [...found.rooms.map(({ id }) => roomKey(id)), ...found.users.map(({ id }) => personKey(id))],
    preferred: openRoomId === null ? null : roomKey(openRoomId),
    onLeaveTop: focusSearch,
    onEscape: () => {
      setQuery('');
      focusSearch();
    },
  });

  const openFirst = () => {
    const [room] = found.rooms;
    const [user] = found.users;
    if (!query.trim()) return;
    if (room) open(room.id);
    else if (user) pick(user);
  };
  return (
    <div {...landmark} className={cx('flex min-h-0 flex-col bg-panel', className)}>
      <div className="flex h-16 shrink-0 items-center gap-2.5 pr-3 pl-4">
        <Logo className="size-7" />
        <p className="min-w-0 flex-1 truncate text-[17px] font-semibold tracking-tight text-ink">Dream Studio</p>
        <IconButton label="New direct message" onClick={() => setDialog('direct')} data-testid="new-direct">
          <SquarePen />
        </IconButton>
        <IconButton label="New room" onClick={() => setDialog('room')} data-testid="create-room">
          <Plus />
        </IconButton>
      </div>
      <RoomSearch inputRef={search} query={query} onChange={setQuery} onSubmit={openFirst} onDown={roving.focusFirst} />
      <RoomList
        query={query}
        found={found}
        openRoomId={openRoomId}
        onOpen={open}
        onPick={pick}
        busyUserId={direct.busyId}
        onCreate={setDialog}
        roving={roving}
      />
      <UnsentElsewhere openRoomId={openRoomId} onOpen={open} />
      <AccountMenu />
      <CreateRoomDialog open={dialog === 'room'} onClose={close} onCreated={open} />
      <NewDirectDialog open={dialog === 'direct'} onClose={close} onStarted={open} />
    </div>
  );
}
