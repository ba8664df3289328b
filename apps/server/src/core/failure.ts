import type { ErrorBody } from '@dream-studio/contracts';
import { AppError } from './errors.js';
import type { Log } from './ports.js';

/** Turns anything thrown into the body of a contract error; `fields` go to the log line of an unexpected one. */
export type ToErrorBody = (error: unknown, fields?: object) => ErrorBody;

interface FailureDeps {
  log: Log;
  /** True for an error that says the database cannot be reached: the caller may try again. */
  isUnavailable(error: unknown): boolean;
  newRequestId(): string;
}

/** The one place where an error becomes an answer. What nobody expected is logged, and says only where to look. */
export function createToErrorBody({ log, isUnavailable, newRequestId }: FailureDeps): ToErrorBody {
  return (error, fields = {}) => {
    if (error instanceof AppError) return error.body;
    if (isUnavailable(error)) {
      log.warn({ ...fields, err: error }, 'database unavailable');
      return new AppError('UNAVAILABLE').body;
    }
    const requestId = newRequestId();
    log.error({ ...fields, requestId, err: error }, 'call failed');
    return new AppError('INTERNAL', `Internal error (request ${requestId})`, { details: { requestId } }).body;
  };
}
