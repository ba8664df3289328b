import type { ErrorBody, ErrorCode } from '@dream-studio/sdk';
import { ChatServerUnavailable } from './chat-server-unavailable';

/** What an answer is about may change with the next request, and is nobody else's business. */
const headers = { 'Cache-Control': 'no-store' };

const STATUS = { BAD_INPUT: 400, UNAUTHENTICATED: 401, FORBIDDEN: 403, NOT_FOUND: 404, UNAVAILABLE: 503 } as const;

export const answer = (body: object): Response => Response.json(body, { headers });

/** An error as the chat server words its own: `{ error: { code, message, retryable } }`. */
export function refuse(code: ErrorCode & keyof typeof STATUS, message: string): Response {
  const error: ErrorBody = { code, message, retryable: code === 'UNAVAILABLE' };
  return Response.json({ error }, { status: STATUS[code], headers });
}

/** Answers what a handler throws for want of the chat server; anything else is a fault of this app. */
export function refuseUnavailable(error: unknown): Response {
  if (error instanceof ChatServerUnavailable) return refuse('UNAVAILABLE', error.message);
  throw error;
}

/**
 * Whether a request that changes something was made by a page of this app. Browsers name the page's origin with each
 * POST and DELETE, and no page can have its browser say another one. A proxy in front says the host it was asked for.
 */
export function isSameOrigin({ headers }: Request): boolean {
  const origin = headers.get('origin');
  if (!origin || !URL.canParse(origin)) return false;
  return [headers.get('x-forwarded-host'), headers.get('host')].includes(new URL(origin).host);
}

/** Whether the browser's side of the connection is encrypted, as the proxy that ends TLS says, if there is one. */
export const isSecure = (request: Request): boolean =>
  (request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim() ?? new URL(request.url).protocol.slice(0, -1)) ===
  'https';
