'use client';

import { type FormEvent, type ReactNode, useSyncExternalStore } from 'react';
import { useStore } from '@/lib/store';
import { useAction } from '@/lib/use-action';
import { Button } from '@/ui/button';
import { InlineError, TextField } from '@/ui/field';
import { Logo } from '@/ui/logo';
import { sessionEnd, startSession } from './session.store';

interface SignInProps {
  /** Whether people sign in here, by a name; else the host app signs them in. */
  byName: boolean;
  /** The page is on its way to the chat. */
  busy: boolean;
}

/** What is shown while nobody is signed in; says why, when that was not the user's wish. */
export function SignIn(props: SignInProps) {
  const notice = useStore(sessionEnd, (end) => end?.notice);
  return <SignInPage {...props} notice={notice} />;
}

export function SignInPage({ byName, busy, notice }: SignInProps & { notice?: string | null | undefined }) {
  return (
    <main className="relative flex min-h-dvh items-center justify-center overflow-hidden bg-panel p-4">
      <Moonlight />
      <div className="relative w-full max-w-[24rem] animate-rise rounded-3xl border border-line bg-raised p-7 shadow-pop sm:p-9">
        <Logo className="size-12" />
        <h1 className="mt-5 text-2xl font-semibold tracking-tight text-ink">Dream Studio Chat</h1>
        {notice && (
          <p role="status" className="mt-5 mb-4 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn-ink">
            {notice}
          </p>
        )}
        {byName ? <SignInByName busy={busy} /> : <SignInElsewhere />}
      </div>
    </main>
  );
}

const Text = ({ children }: { children: ReactNode }) => (
  <p className="mt-1.5 text-[15px] leading-relaxed text-ink-soft">{children}</p>
);

function SignInElsewhere() {
  return (
    <div data-testid="sign-in-elsewhere">
      <Text>You sign in through the app that this chat is part of. Sign in there, then come back.</Text>
      <p className="mt-4 border-t border-line pt-4 text-[13px] leading-relaxed text-ink-faint">
        Setting this up? Return your users’ tokens from <code>getChatToken</code> in <code>src/server/auth.ts</code>. To
        try it without: <code>WEB_DEMO_LOGIN=on</code>.
      </p>
    </div>
  );
}

const never = () => () => {};

function SignInByName({ busy }: { busy: boolean }) {
  const action = useAction();
  // Until then the browser would send the form itself. What was typed before is kept: the field is the browser's.
  const ready = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name'));
    void action.run(() => startSession(name));
  };

  return (
    <>
      <Text>Pick a name to start talking. The same name brings you back to your rooms.</Text>
      <form onSubmit={submit} className="mt-6">
        <TextField
          label="Your name"
          name="name"
          autoComplete="nickname"
          placeholder="Ada Lovelace"
          maxLength={80}
          required
          autoFocus
          data-testid="sign-in-name"
        />
        <InlineError>{action.error}</InlineError>
        <Button
          type="submit"
          busy={busy || action.busy}
          disabled={!ready}
          className="mt-4 h-11 w-full"
          data-testid="sign-in"
        >
          Sign in
        </Button>
      </form>
    </>
  );
}

/** Two soft lights behind the card: dusk on one side, the lamp on the other. */
function Moonlight() {
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute inset-0 bg-[radial-gradient(60rem_40rem_at_8%_-5%,--alpha(var(--brand)/24%),transparent_70%),radial-gradient(55rem_42rem_at_100%_108%,--alpha(var(--glow)/42%),transparent_70%)]"
    />
  );
}
