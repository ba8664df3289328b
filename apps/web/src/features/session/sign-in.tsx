'use client';

import { createChatClient } from '@dream-studio/sdk';
import { type FormEvent, useState } from 'react';
import { useStore } from '@/lib/store';
import { useAction } from '@/lib/use-action';
import { Button } from '@/ui/button';
import { InlineError, TextField } from '@/ui/field';
import { Logo } from '@/ui/logo';
import { sessionNotice, startSession } from './session.store';

/** The form for signing in by name: development only, the server decides. */
export function SignIn({ serverUrl }: { serverUrl: string }) {
  const notice = useStore(sessionNotice, (text) => text);
  return (
    <main className="relative flex min-h-dvh items-center justify-center overflow-hidden bg-panel p-4">
      <Moonlight />
      <div className="relative w-full max-w-[24rem] animate-rise rounded-3xl border border-line bg-raised p-7 shadow-pop sm:p-9">
        <Logo className="size-12" />
        <h1 className="mt-5 text-2xl font-semibold tracking-tight text-ink">Dream Studio Chat</h1>
        <p className="mt-1.5 text-[15px] leading-relaxed text-ink-soft">
          Pick a name to start talking. The same name brings you back to your rooms.
        </p>
        {notice && (
          <p role="status" className="mt-5 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn-ink">
            {notice}
          </p>
        )}
        <SignInForm serverUrl={serverUrl} />
      </div>
    </main>
  );
}

function SignInForm({ serverUrl }: { serverUrl: string }) {
  const [name, setName] = useState('');
  const { busy, error, run } = useAction();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => startSession(await createChatClient({ url: serverUrl }).dev.login({ name })));
  };

  return (
    <form onSubmit={submit} className="mt-6">
      <TextField
        label="Your name"
        name="name"
        autoComplete="nickname"
        placeholder="Ada Lovelace"
        maxLength={80}
        required
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
        data-testid="sign-in-name"
      />
      <InlineError>{error}</InlineError>
      <Button type="submit" busy={busy} className="mt-4 h-11 w-full" data-testid="sign-in">
        Sign in
      </Button>
    </form>
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
