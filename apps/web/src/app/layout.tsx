import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
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

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body className="font-sans antialiased">{children}</body>
    </html>
  );
}
