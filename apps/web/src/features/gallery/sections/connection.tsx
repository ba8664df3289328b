import type { ConnectionState } from '@dream-studio/sdk';
import { AccountMenu } from '@/features/account/account-menu';
import { ConnectionBanner } from '@/features/connection/connection-banner';
import { SignInByName } from '@/features/session/sign-in-by-name';
import { saying } from '../clients';
import { appears, byTestId } from '../drive';
import type { Situation } from '../example';
import { PEOPLE } from '../people';

const show = () => (
  <div className="flex h-dvh flex-col bg-panel">
    <header>
      <ConnectionBanner />
    </header>
    <main className="flex-1" />
    <aside aria-label="Account">
      <SignInByName value>
        <AccountMenu />
      </SignInByName>
    </aside>
  </div>
);

const inState = (title: string, state: ConnectionState): Situation => ({
  title,
  size: 'panel',
  height: 256,
  client: saying(state),
  show,
  play: (_, frame) =>
    state === 'connected' ? byTestId(frame, 'account-menu') : appears(frame, '[data-testid="connection-banner"] p'),
});

/** The banner on top and the account below, in each state of the connection. */
export const CONNECTION: readonly Situation[] = [
  inState('Connected: no banner', 'connected'),
  inState('Connecting', 'connecting'),
  inState('Reconnecting', 'reconnecting'),
  inState('Offline', 'offline'),
  inState('Signed out', 'unauthorized'),
  { ...inState('A long name', 'connected'), me: PEOPLE.grace },
  {
    title: 'Account without sign-out',
    size: 'panel',
    height: 256,
    show: () => (
      <aside aria-label="Account" className="flex h-dvh flex-col justify-end bg-panel">
        <AccountMenu />
      </aside>
    ),
    play: (_, frame) => byTestId(frame, 'account-menu'),
  },
];
