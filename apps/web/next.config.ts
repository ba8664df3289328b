import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

/** The lockfile and the workspace packages live here, two levels up. */
const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

const securityHeaders = [
  { key: 'Content-Security-Policy', value: "frame-ancestors 'none'" },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  outputFileTracingRoot: repositoryRoot,
  turbopack: { root: repositoryRoot },
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
};

export default config;
