'use client';

import type { ConnectionState } from '@dream-studio/sdk';
import { useChatConnection } from '@dream-studio/sdk/react';
import { ChevronsUpDown, LogOut } from 'lucide-react';
import { useContext } from 'react';
import { endSession } from '@/features/session/session.store';
import { SignInByName } from '@/features/session/sign-in-by-name';
import { ThemeChoice } from '@/features/theme/theme-choice';
import { report } from '@/features/workspace/report';
import { useSelf } from '@/features/workspace/workspace-context';
import { Avatar } from '@/ui/avatar';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';

const STATES: Record<ConnectionState, string> = {
  connecting: 'Connecting…',
  connected: 'Online',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
  unauthorized: 'Signed out',
};

/** Who is signed in here and how the connection is; opens the theme and the way out. */
export function AccountMenu() {
  const me = useSelf();
  const signInByName = useContext(SignInByName);
  const state = useChatConnection();
  const trigger = (
    <button
      type="button"
      data-testid="account-menu"
      className="flex w-full items-center gap-3 rounded-xl px-2 py-2 text-left transition-colors [--avatar-ring:var(--panel)] hover:bg-hover data-[state=open]:bg-hover"
    >
      <Avatar id={me.id} name={me.name} size="sm" online={state === 'connected'} />
      <span className="min-w-0 flex-1 leading-tight">
        <span data-testid="my-name" className="block truncate text-sm font-medium text-ink">
          {me.name}
        </span>
        <span data-testid="my-state" className="block text-xs text-ink-soft">
          {STATES[state]}
        </span>
      </span>
      <span className="sr-only">Account and theme</span>
      <ChevronsUpDown aria-hidden="true" className="size-4 text-ink-soft" />
    </button>
  );
  return (
    <div className="shrink-0 border-t border-line p-2">
      <Menu trigger={trigger} align="start" side="top" fill>
        <ThemeChoice />
        {signInByName && (
          <>
            <MenuSeparator />
            <MenuItem icon={LogOut} onSelect={() => endSession().catch(report)} data-testid="sign-out">
              Sign out
            </MenuItem>
          </>
        )}
      </Menu>
    </div>
  );
}
