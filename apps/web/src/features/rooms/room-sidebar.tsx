'use client';

import { Plus, SquarePen } from 'lucide-react';
import { useState } from 'react';
import { AccountBar } from '@/features/session/account-bar';
import { IconButton } from '@/ui/button';
import { cx } from '@/ui/cx';
import { Logo } from '@/ui/logo';
import { CreateRoomDialog } from './create-room-dialog';
import { NewDirectDialog } from './new-direct-dialog';
import { RoomList } from './room-list';

interface RoomSidebarProps {
  openRoomId: number | null;
  onOpen: (roomId: number) => void;
  className?: string;
}

type DialogName = 'room' | 'direct';

export function RoomSidebar({ openRoomId, onOpen, className }: RoomSidebarProps) {
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const close = () => setDialog(null);
  const openAndClose = (roomId: number) => {
    close();
    onOpen(roomId);
  };

  return (
    <aside aria-label="Conversations" className={cx('flex min-h-0 flex-col bg-panel', className)}>
      <header className="flex h-16 shrink-0 items-center gap-2.5 px-4">
        <Logo className="size-7" />
        <h1 className="min-w-0 flex-1 truncate text-[17px] font-semibold tracking-tight text-ink">Dream Studio</h1>
        <IconButton label="New direct message" onClick={() => setDialog('direct')} data-testid="new-direct">
          <SquarePen />
        </IconButton>
        <IconButton label="New room" onClick={() => setDialog('room')} data-testid="create-room">
          <Plus />
        </IconButton>
      </header>
      <RoomList openRoomId={openRoomId} onOpen={onOpen} onCreate={setDialog} />
      <AccountBar />
      <CreateRoomDialog open={dialog === 'room'} onClose={close} onCreated={openAndClose} />
      <NewDirectDialog open={dialog === 'direct'} onClose={close} onStarted={openAndClose} />
    </aside>
  );
}
