'use client';

import { LogOut } from 'lucide-react';
import { createContext, useContext } from 'react';
import { useConnectionState } from '@/features/connection/connection-banner';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { errorText } from '@/lib/errors';
import { Avatar } from '@/ui/avatar';
import { IconButton } from '@/ui/button';
import { showToast } from '@/ui/toaster';
import { endSession } from './session.store';

/** Whether people sign in here, by a name; else signing out is the host app's, too. */
export const SignInByName = createContext(false);

const signOut = () => endSession().catch((error: unknown) => showToast(errorText(error), 'error'));

/** Who is signed in here, and the way out. */
export function AccountBar() {
  const { me } = useWorkspace();
  const signInByName = useContext(SignInByName);
  const connected = useConnectionState() === 'connected';
  return (
    <footer className="flex shrink-0 items-center gap-3 border-t border-line px-4 py-3 [--avatar-ring:var(--panel)]">
      <Avatar id={me.id} name={me.name} size="sm" online={connected} />
      <div className="min-w-0 flex-1 leading-tight">
        <p data-testid="my-name" className="truncate text-sm font-medium text-ink">
          {me.name}
        </p>
        <p className="text-xs text-ink-faint">{connected ? 'Online' : 'Offline'}</p>
      </div>
      {signInByName && (
        <IconButton label="Sign out" onClick={signOut} data-testid="sign-out">
          <LogOut />
        </IconButton>
      )}
    </footer>
  );
}
