import { ERRORS, type ErrorBody, type ErrorCode } from '@dream-studio/contracts';

type Extra = Partial<Pick<ErrorBody, 'retryAfterMs' | 'issues' | 'details'>>;

/** A failure with a code of the contract: what services, the gate and the dispatcher throw. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly extra: Extra;

  constructor(code: ErrorCode, message: string = ERRORS[code].text, extra: Extra = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.extra = extra;
  }

  /** The body as it goes over every wire. */
  get body(): ErrorBody {
    return { code: this.code, message: this.message, retryable: ERRORS[this.code].retryable, ...this.extra };
  }
}

/** Throws an {@link AppError}. */
export function fail(code: ErrorCode, message?: string, extra?: Extra): never {
  throw new AppError(code, message, extra);
}
