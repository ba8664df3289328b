import { UnreachableNotice } from '@/app/unreachable';
import { SignInPage } from '@/features/session/sign-in';
import type { Situation } from '../example';

const NOTICE = 'Your session has ended. Please sign in again.';

/** What there is instead of the chat. */
export const SIGN_IN: readonly Situation[] = [
  { title: 'Sign-in by name', size: 'phone', show: () => <SignInPage byName busy={false} /> },
  {
    title: 'Sign-in after a session has ended',
    size: 'phone',
    show: () => <SignInPage byName busy={false} notice={NOTICE} />,
  },
  { title: 'Sign-in under way', size: 'phone', show: () => <SignInPage byName busy /> },
  { title: 'Sign-in elsewhere', size: 'phone', show: () => <SignInPage byName={false} busy={false} /> },
  { title: 'Sign-in by name, wide', show: () => <SignInPage byName busy={false} /> },
  {
    title: 'Chat server unreachable',
    size: 'phone',
    show: () => <UnreachableNotice reason="The chat server cannot be reached" />,
  },
];
