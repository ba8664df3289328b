import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';
import { PHASE_DEVELOPMENT_SERVER } from 'next/constants';

/** The lockfile and the workspace packages live here, two levels up. */
const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

/** For every answer; the Content-Security-Policy is src/proxy.ts's, as it is new with each request. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  },
];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  outputFileTracingRoot: repositoryRoot,
  turbopack: { root: repositoryRoot },
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
};

/** Pages for `next dev` alone are called `page.dev.tsx`: built apps are without them and what only they import. */
const withPagesOfDevelopment: NextConfig = { ...config, pageExtensions: ['tsx', 'ts', 'dev.tsx'] };

export default (phase: string): NextConfig => (phase === PHASE_DEVELOPMENT_SERVER ? withPagesOfDevelopment : config);
