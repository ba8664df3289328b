import { z } from 'zod';

/**
 * Every failure a caller can see, on any transport: the HTTP status, the tRPC code, whether trying again can
 * help, and the text used when a service gives none of its own.
 */
export const ERRORS = {
  BAD_INPUT: { http: 400, trpc: 'BAD_REQUEST', retryable: false, text: 'The input is not valid' },
  UNAUTHENTICATED: { http: 401, trpc: 'UNAUTHORIZED', retryable: false, text: 'A valid token is required' },
  FORBIDDEN: { http: 403, trpc: 'FORBIDDEN', retryable: false, text: 'Not allowed' },
  NOT_A_MEMBER: { http: 403, trpc: 'FORBIDDEN', retryable: false, text: 'Not a member of this room' },
  NOT_FOUND: { http: 404, trpc: 'NOT_FOUND', retryable: false, text: 'Not found' },
  CONFLICT: { http: 409, trpc: 'CONFLICT', retryable: false, text: 'Not possible in the present state' },
  PAYLOAD_TOO_LARGE: { http: 413, trpc: 'PAYLOAD_TOO_LARGE', retryable: false, text: 'At most 64 KiB are taken' },
  RATE_LIMITED: { http: 429, trpc: 'TOO_MANY_REQUESTS', retryable: true, text: 'Too many requests' },
  UNAVAILABLE: { http: 503, trpc: 'SERVICE_UNAVAILABLE', retryable: true, text: 'Not available right now' },
  INTERNAL: { http: 500, trpc: 'INTERNAL_SERVER_ERROR', retryable: false, text: 'Internal error' },
} as const satisfies Record<string, ErrorSpec>;

interface ErrorSpec {
  http: number;
  trpc: string;
  retryable: boolean;
  text: string;
}

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** Codes that any call can answer with, whatever its row says. A banned user is answered `FORBIDDEN` over HTTP as well. */
export const COMMON_ERRORS = [
  'BAD_INPUT',
  'UNAUTHENTICATED',
  'PAYLOAD_TOO_LARGE',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'INTERNAL',
] as const satisfies ErrorCode[];

export const ErrorBodySchema = z
  .object({
    code: z.enum(ERROR_CODES),
    message: z.string(),
    retryable: z.boolean().describe('Whether the same call may succeed later.'),
    retryAfterMs: z.int().optional().describe('Milliseconds to wait before trying again.'),
    issues: z
      .array(z.object({ path: z.array(z.union([z.string(), z.int()])), message: z.string() }))
      .optional()
      .describe('What is wrong with the input, field by field.'),
    details: z
      .object({
        callId: z.int().optional().describe('The call that is already active in the room.'),
        requestId: z.string().optional().describe('Names the log line of an internal error.'),
      })
      .optional(),
  })
  .meta({ id: 'Error' });

/** The one error body: socket acks, the `error` event, REST's `{ error }` and tRPC's `data.error`. */
export type ErrorBody = z.output<typeof ErrorBodySchema>;
