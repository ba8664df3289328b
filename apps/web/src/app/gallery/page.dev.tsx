import type { Metadata } from 'next';
import { GalleryInBrowser } from '@/features/gallery/gallery-in-browser';

export const metadata: Metadata = { title: 'Gallery of Dream Studio Chat' };

/** Every component in every state. In `next dev` only: see next.config.ts. */
export default function Page() {
  return <GalleryInBrowser />;
}
