'use client';

import { SunMoon } from 'lucide-react';
import type { ReactNode } from 'react';
import { ThemeChoice } from '@/features/theme/theme-choice';
import { Button } from '@/ui/button';
import { Logo } from '@/ui/logo';
import { Menu } from '@/ui/menu';
import { Toaster } from '@/ui/toaster';
import { Examples } from './example';
import { CONNECTION } from './sections/connection';
import { CONVERSATION } from './sections/conversation';
import { MEMBERS } from './sections/members';
import { Primitives } from './sections/primitives';
import { ROOMS } from './sections/rooms';
import { SENDING } from './sections/sending';
import { SIGN_IN } from './sections/sign-in';

const SECTIONS: readonly { id: string; title: string; content: ReactNode }[] = [
  { id: 'primitives', title: 'Primitives', content: <Primitives /> },
  { id: 'sign-in', title: 'Sign-in', content: <Examples of={SIGN_IN} /> },
  { id: 'rooms', title: 'List of rooms', content: <Examples of={ROOMS} /> },
  { id: 'conversation', title: 'Conversation', content: <Examples of={CONVERSATION} /> },
  { id: 'sending', title: 'Writing and sending', content: <Examples of={SENDING} /> },
  { id: 'members', title: 'Members', content: <Examples of={MEMBERS} /> },
  { id: 'connection', title: 'Connection and account', content: <Examples of={CONNECTION} /> },
];

/** Each component of the app in each of its states. */
export function Gallery() {
  return (
    <div className="min-h-full bg-canvas px-4 pb-16 sm:px-8">
      <header className="sticky top-0 z-40 -mx-4 border-b border-line bg-canvas px-4 sm:-mx-8 sm:px-8">
        <div className="flex items-center gap-3 py-3">
          <Logo className="size-7" />
          <h1 className="flex-1 text-lg font-semibold tracking-tight text-ink">Gallery</h1>
          <ThemeMenu />
        </div>
        <Index />
      </header>
      <main>
        {SECTIONS.map(({ id, title, content }) => (
          <section
            key={id}
            id={id}
            aria-labelledby={`${id}-title`}
            data-testid="section"
            className="scroll-mt-28 pt-10"
          >
            <h2 id={`${id}-title`} className="mb-6 text-2xl font-semibold tracking-tight text-ink">
              {title}
            </h2>
            {content}
          </section>
        ))}
      </main>
      <Toaster />
    </div>
  );
}

function Index() {
  return (
    <nav aria-label="Sections" tabIndex={-1} className="-mx-2 overflow-x-auto pb-2">
      <ul className="flex gap-1 whitespace-nowrap">
        {SECTIONS.map(({ id, title }) => (
          <li key={id}>
            <a
              href={`#${id}`}
              className="block rounded-lg px-2 py-1 text-sm text-ink-soft hover:bg-hover hover:text-ink focus-visible:-outline-offset-2"
            >
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function ThemeMenu() {
  const trigger = (
    <Button variant="soft" size="sm" data-testid="theme">
      <SunMoon aria-hidden="true" className="size-4" />
      Theme
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      <ThemeChoice />
    </Menu>
  );
}
