import { isChatError } from '@dream-studio/sdk';

/** What to tell the user about a caught error: the server's own words where there are any. */
export function errorText(error: unknown): string {
  if (!isChatError(error)) return 'Something went wrong. Please try again.';
  const issue = error.code === 'BAD_INPUT' ? error.issues?.[0] : undefined;
  if (issue) return [issue.path.join('.'), issue.message].filter(Boolean).join(' ');
  const wait = error.code === 'RATE_LIMITED' && error.retryAfterMs;
  return wait ? `${error.message}. Try again in ${Math.ceil(wait / 1000)} s.` : error.message;
}
