'use client';

import dynamic from 'next/dynamic';
import { Loading } from '@/ui/spinner';

/** Its chat servers live in the page: there is nothing to render on the web server. */
export const GalleryInBrowser = dynamic(() => import('./gallery').then(({ Gallery }) => Gallery), {
  ssr: false,
  loading: () => <Loading label="Loading the gallery…" />,
});
