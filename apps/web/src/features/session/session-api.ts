import { ChatError } from '@dream-studio/sdk';

/** Calls a route of this app; rejects with a {@link ChatError}, as the SDK does. */
export async function callApi<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T> {
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new ChatError({ code: 'UNAVAILABLE', message: 'The app cannot be reached', retryable: true }, { cause });
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  const unknown = { code: 'UNAVAILABLE', message: `The app answered ${response.status}`, retryable: true } as const;
  throw new ChatError(answer?.error ?? unknown);
}
