import { subtle } from 'node:crypto';
import { BOUNDS, TIMES } from '@dream-studio/contracts';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import type { Identity } from '../core/context.js';
import { AppError } from '../core/errors.js';
import type { TokenVerifier } from '../core/ports.js';

export interface TokenOptions {
  /** HS256, at least 32 bytes. */
  secret?: string | undefined;
  /** The host app's public keys; tokens signed with the secret are refused unless one is given as well. */
  jwksUrl?: string | undefined;
  issuer?: string | undefined;
  audience?: string | undefined;
}

/** The claim `role` of the host app's backend. */
const SERVICE_ROLE = 'service';
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** `sub`: a positive safe integer in decimal, written in the one way. */
const USER_ID = /^[1-9]\d{0,15}$/;
/** The end of the year 9999: a later one is no time on the wire. */
const LAST_TIME_MS = 253_402_300_799_999;

/**
 * Verifies JWTs. The algorithm decides the key, never the token: HS256 is only ever checked against the secret, the
 * others only against the key set, so a public key cannot serve as a secret.
 */
export function createTokenVerifier(options: TokenOptions): TokenVerifier {
  const shared: JWTVerifyOptions = {
    requiredClaims: ['exp', 'sub'],
    clockTolerance: TIMES.tokenLeewayMs / 1000,
    ...(options.issuer && { issuer: options.issuer }),
    ...(options.audience && { audience: options.audience }),
  };
  const secret = options.secret ? importSecret(options.secret) : null;
  const keySet = options.jwksUrl ? createRemoteJWKSet(new URL(options.jwksUrl)) : null;

  const verify = async (token: string): Promise<JWTPayload> => {
    if (secret && (!keySet || isHs256(token))) {
      return (await jwtVerify(token, await secret, { ...shared, algorithms: ['HS256'] })).payload;
    }
    if (keySet) return (await jwtVerify(token, keySet, { ...shared, algorithms: PUBLIC_KEY_ALGORITHMS })).payload;
    throw new Error('neither a secret nor a key set is configured');
  };

  return {
    async verify(token) {
      let payload: JWTPayload;
      try {
        payload = await verify(token);
      } catch (error) {
        if (keySet && isKeySetFailure(error)) throw new AppError('UNAVAILABLE', undefined, {}, { cause: error });
        throw new AppError('UNAUTHENTICATED', 'Invalid token', {}, { cause: error });
      }
      return toIdentity(payload);
    },
  };
}

/** Given bytes, jose would do this for each token: half of what it costs to verify one. */
const importSecret = (secret: string) =>
  subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);

/**
 * Makes tokens signed with the secret, for the development login and for tests. `expiresIn` as jose has it: `12h`. A service
 * token is one of the host app's backend.
 */
export function createTokenMint({ secret, issuer, audience }: TokenOptions & { secret: string }) {
  const key = new TextEncoder().encode(secret);
  return (userId: number, name: string, expiresIn = '12h', { isService = false } = {}): Promise<string> => {
    const token = new SignJWT({ name, ...(isService && { role: SERVICE_ROLE }) })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(String(userId))
      .setIssuedAt()
      .setExpirationTime(expiresIn);
    if (issuer) token.setIssuer(issuer);
    if (audience) token.setAudience(audience);
    return token.sign(key);
  };
}

function toIdentity(payload: JWTPayload): Identity {
  const userId = typeof payload.sub === 'string' && USER_ID.test(payload.sub) ? Number(payload.sub) : Number.NaN;
  if (!Number.isSafeInteger(userId)) throw new AppError('UNAUTHENTICATED', 'Invalid token');
  const { picture } = payload;
  return {
    userId,
    name: cleanName(payload.name),
    picture: typeof picture === 'string' && isHttpUrl(picture) ? picture : null,
    issuedAt: payload.iat === undefined ? null : toTime(payload.iat),
    // jose has made sure that exp is a number.
    expiresAt: toTime(payload.exp as number),
    isService: payload.role === SERVICE_ROLE,
  };
}

const toTime = (seconds: number): Date => new Date(Math.min(Math.max(0, seconds * 1000), LAST_TIME_MS));

/** One line of at most 80 characters; null when nothing is left. */
function cleanName(name: unknown): string | null {
  if (typeof name !== 'string') return null;
  const line = name
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return line.slice(0, BOUNDS.roomNameMaxLength).toWellFormed() || null;
}

const isHttpUrl = (text: string): boolean => /^https?:\/\/[\x21-\x7e]+$/.test(text) && text.length <= 2048;

/** Only looks at the header to choose the key; the verification pins the algorithm again. */
function isHs256(token: string): boolean {
  try {
    const header = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString()) as { alg?: unknown };
    return header.alg === 'HS256';
  } catch {
    return false;
  }
}

/** The key set could not be read: not the token's fault. */
const isKeySetFailure = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) ||
  ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(error.code);
