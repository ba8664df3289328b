import { ERRORS, type ErrorBody, type ErrorCode } from '@dream-studio/contracts';
import { ChatError } from '../errors.js';

type Extra = Partial<Pick<ErrorBody, 'retryAfterMs' | 'issues' | 'details'>>;

/** A failure with a code of the contract, and the text the table gives it when there is no better one. */
export const failure = (code: ErrorCode, message: string = ERRORS[code].text, extra: Extra = {}): ChatError =>
  new ChatError({ code, message, retryable: ERRORS[code].retryable, ...extra });

/** Throws a {@link failure}. */
export function fail(code: ErrorCode, message?: string, extra?: Extra): never {
  throw failure(code, message, extra);
}

/** Throws the `BAD_INPUT` of one wrong field. */
export function failField(field: string, problem: string): never {
  fail('BAD_INPUT', `${field}: ${problem}`, { issues: [{ path: [field], message: problem }] });
}

/** The body as it goes over a wire. What is no `ChatError` is a fault of the double itself, and is thrown on. */
export function bodyOf(error: unknown): ErrorBody {
  if (!(error instanceof ChatError)) throw error;
  const { code, message, retryable, retryAfterMs, issues, details } = error;
  return {
    code,
    message,
    retryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(issues && { issues }),
    ...(details && { details }),
  };
}
