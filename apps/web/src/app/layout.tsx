import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { THEME_SCRIPT } from '@/features/theme/theme-script';
import { ThemeSync } from '@/features/theme/theme-sync';
import './globals.css';

/**
 * Pages are rendered for each request: their scripts carry its nonce, and what they know of the environment is that of
 * the running app, not of its build.
 */
export const dynamic = 'force-dynamic';

export const metadata: Metadata = {
  title: 'Dream Studio Chat',
  description: 'Rooms and direct conversations, live.',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  // The keyboard of a phone makes the page smaller, so that the composer stays in sight.
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f2ee' },
    { media: '(prefers-color-scheme: dark)', color: '#1c1722' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    // The script sets the theme on <html> before React looks at it.
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* Browsers hide a nonce from scripts, so React finds another than it made. */}
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, which must not be escaped */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
      </head>
      <body className="font-sans antialiased">
        {children}
        <ThemeSync />
      </body>
    </html>
  );
}
