import type { ErrorBody, ErrorCode } from '@dream-studio/contracts';

/** Why a call failed: the server's own error body, or `UNAVAILABLE` when no answer came. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** Milliseconds to wait before trying again. */
  readonly retryAfterMs: ErrorBody['retryAfterMs'];
  /** What is wrong with the input, field by field. */
  readonly issues: ErrorBody['issues'];
  readonly details: ErrorBody['details'];

  constructor(body: ErrorBody, options?: ErrorOptions) {
    super(body.message, options);
    this.code = body.code;
    this.retryable = body.retryable;
    this.retryAfterMs = body.retryAfterMs;
    this.issues = body.issues;
    this.details = body.details;
  }
}

/** Narrows a caught value to a `ChatError`, of one code if given. */
export const isChatError = (error: unknown, code?: ErrorCode): error is ChatError =>
  error instanceof ChatError && (code === undefined || error.code === code);

/** No answer from the server: it may come with the next try. */
export const unavailable = (message: string, cause?: unknown): ChatError =>
  new ChatError({ code: 'UNAVAILABLE', message, retryable: true }, { cause });

/** The call was one of the user before. */
export const otherUser = () => unavailable('Another user is signed in now');

/** A caught value as what the SDK's state may show. Nothing but a `ChatError` is expected. */
export const toChatError = (error: unknown): ChatError =>
  isChatError(error) ? error : unavailable(error instanceof Error ? error.message : String(error), error);

/** Whether a value from the wire is an error body of this contract. */
export const isErrorBody = (value: unknown): value is ErrorBody => {
  const body = value as Partial<ErrorBody> | null | undefined;
  return typeof body?.code === 'string' && typeof body.message === 'string';
};
