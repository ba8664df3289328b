import { resolve } from 'node:path';
import { z } from 'zod';
import { StartupError } from './core/startup-error.js';
import type { RedisSettings } from './infra/redis/connection.js';

/** The server's configuration. Nothing else reads the environment. */
export interface Env {
  production: boolean;
  port: number;
  /** Exact origins browsers may connect from. */
  origins: string[];
  databaseUrl?: string;
  /** What ties several servers together; absent, this one is alone. */
  redis?: RedisSettings;
  dataDir: string;
  auth: { secret?: string; jwksUrl?: string; issuer?: string; audience?: string };
  rateLimitFactor: number;
  /** CIDRs whose `X-Forwarded-For` is believed. */
  trustedProxies: string[];
  /** How much of each room's log is kept. */
  roomLog: { maxAgeMs: number; maxEntries: number };
  logLevel: string;
}

const DAY_MS = 24 * 60 * 60_000;

const port = z.coerce
  .number('must be a port')
  .int('must be a port')
  .min(1, 'must be a port')
  .max(65535, 'must be a port');

/** `https://chat.example.com`, as a browser sends it: no path, no trailing slash needed. */
const origin = z.string().transform((text, ctx) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '')) return url.origin;
  ctx.addIssue({
    code: 'custom',
    message: `must be comma-separated origins such as https://example.com, not "${text}"`,
  });
  return z.NEVER;
});

const list = <T extends z.ZodType<unknown, string>>(item: T, min = 0) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(item).min(min, 'must not be an empty list'));

const cidr = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], 'must be comma-separated addresses or CIDRs');
const redisUrl = z.url({
  protocol: /^rediss?$/,
  error: 'must be a redis:// or rediss:// URL, or several of a cluster',
});
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });

const schema = z.object({
  NODE_ENV: z.string().optional(),
  SOCKET_IO_PORT: port.default(3001),
  WEB_PORT: port.default(3000),
  SOCKET_IO_CORS_ORIGIN: list(origin, 1).optional(),
  FRONTEND_URL: list(origin, 1).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a postgresql:// URL')
    .optional(),
  REDIS_URL: list(redisUrl, 1).optional(),
  REDIS_CLUSTER: z.enum(['true', 'false'], 'must be true or false').optional(),
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, 'must be 1 to 64 letters, digits or . : _ -')
    .default('dream-studio:'),
  DATA_DIR: z.string().default('.data'),
  AUTH_JWT_SECRET: z
    .string()
    .refine(
      (text) => Buffer.byteLength(text) >= 32,
      'must have at least 32 bytes, such as the output of `openssl rand -hex 32`',
    )
    .optional(),
  AUTH_JWKS_URL: httpUrl.optional(),
  AUTH_JWT_ISSUER: z.string().optional(),
  AUTH_JWT_AUDIENCE: z.string().optional(),
  RATE_LIMIT_FACTOR: z.coerce.number('must be a number above 0').positive('must be a number above 0').default(1),
  TRUSTED_PROXIES: list(cidr).default([]),
  ROOM_LOG_MAX_AGE_DAYS: z.coerce.number('must be a number of days').positive('must be a number of days').default(30),
  ROOM_LOG_MAX_ENTRIES: z.coerce
    .number('must be a number of entries')
    .int('must be a number of entries')
    .min(1, 'must be a number of entries')
    .default(10_000),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be one of fatal, error, warn, info, debug, trace, silent',
    )
    .default('info'),
});

/** Reads the environment. Throws {@link StartupError}, one line that names the variable and what it needs. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  // A variable that is set to nothing counts as not set, as in compose files and shells.
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StartupError(`${String(issue?.path[0])}: ${issue?.message}`);
  }
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';
  if (production) requireForProduction(env);
  if (env.REDIS_URL && !env.DATABASE_URL) {
    throw new StartupError('REDIS_URL: needs DATABASE_URL as well: several servers share one PostgreSQL');
  }
  const localOrigins = [`http://localhost:${env.WEB_PORT}`, `http://127.0.0.1:${env.WEB_PORT}`];
  return {
    production,
    port: env.SOCKET_IO_PORT,
    origins: env.SOCKET_IO_CORS_ORIGIN ?? env.FRONTEND_URL ?? localOrigins,
    ...(env.DATABASE_URL !== undefined && { databaseUrl: env.DATABASE_URL }),
    ...(env.REDIS_URL && { redis: redisSettings(env.REDIS_URL, env) }),
    dataDir: resolve(env.DATA_DIR),
    auth: {
      ...(env.AUTH_JWT_SECRET !== undefined && { secret: env.AUTH_JWT_SECRET }),
      ...(env.AUTH_JWKS_URL !== undefined && { jwksUrl: env.AUTH_JWKS_URL }),
      ...(env.AUTH_JWT_ISSUER !== undefined && { issuer: env.AUTH_JWT_ISSUER }),
      ...(env.AUTH_JWT_AUDIENCE !== undefined && { audience: env.AUTH_JWT_AUDIENCE }),
    },
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    trustedProxies: env.TRUSTED_PROXIES,
    roomLog: { maxAgeMs: env.ROOM_LOG_MAX_AGE_DAYS * DAY_MS, maxEntries: env.ROOM_LOG_MAX_ENTRIES },
    logLevel: env.LOG_LEVEL,
  };
}

function redisSettings(urls: string[], env: z.output<typeof schema>): RedisSettings {
  const isCluster = env.REDIS_CLUSTER === undefined ? urls.length > 1 : env.REDIS_CLUSTER === 'true';
  if (!isCluster && urls.length > 1)
    throw new StartupError('REDIS_CLUSTER: must be true with several URLs in REDIS_URL');
  return { urls, isCluster, prefix: env.REDIS_PREFIX };
}

function requireForProduction(env: z.output<typeof schema>): void {
  if (!env.SOCKET_IO_CORS_ORIGIN && !env.FRONTEND_URL) {
    throw new StartupError(
      'SOCKET_IO_CORS_ORIGIN: required in production: the origins of your web app, comma-separated',
    );
  }
  if (!env.AUTH_JWT_SECRET && !env.AUTH_JWKS_URL) {
    throw new StartupError('AUTH_JWT_SECRET: required in production (at least 32 bytes), unless AUTH_JWKS_URL is set');
  }
}
