import { type CallOptions, DEFAULT_TIMEOUT_MS, type Route, reasonOf, unlessAborted } from './call.js';
import { ChatError, isErrorBody, unavailable } from './errors.js';
import type { Tokens } from './tokens.js';

type Rest = NonNullable<Route['rest']>;

const PATH_PARAMETER = /\{(\w+)\}/g;

/** Whether `input` names everything the path takes. */
export const fillsPath = ([, path]: Rest, input: Record<string, unknown>): boolean =>
  [...path.matchAll(PATH_PARAMETER)].every(([, key]) => input[key as string] !== undefined);

/** What a REST call sends: path parameters from the input, the rest of it as query or JSON body. */
export const buildRequest = (base: string, [method, path]: Rest, input: Record<string, unknown>) => {
  const rest = { ...input };
  const filled = path.replace(PATH_PARAMETER, (_, key: string) => {
    delete rest[key];
    return encodeURIComponent(String(input[key]));
  });
  // By hand, as React Native has only half of `URL`.
  const url = base.replace(/\/+$/, '') + filled;
  if (method === 'POST' || method === 'PATCH') return { url, body: JSON.stringify(rest) };
  const query = Object.entries(rest)
    .flatMap(([key, value]) => (Array.isArray(value) ? value : [value]).map((item) => [key, item] as const))
    .filter(([, item]) => item !== undefined && item !== null)
    .map(([key, item]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(item))}`);
  return { url: query.length > 0 ? `${url}?${query.join('&')}` : url };
};

const readError = async (response: Response): Promise<ChatError> => {
  const body: unknown = await response.json().catch(() => undefined);
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  if (isErrorBody(error)) return new ChatError(error);
  // Not one of ours: a proxy in between, or another server altogether.
  return unavailable(`The server answered ${response.status}`);
};

export interface HttpOptions {
  url: string;
  tokens: Tokens;
  fetch: typeof fetch;
}

/** Makes calls over REST. A refused token is renewed once, if it can be. */
export const createHttp = ({ url: base, tokens, fetch }: HttpOptions) => {
  const send = async (route: Route & { rest: Rest }, input: object, signal: AbortSignal, token: string | undefined) => {
    const { url, body } = buildRequest(base, route.rest, input as Record<string, unknown>);
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    return fetch(url, { method: route.rest[0], headers, signal, ...(body !== undefined && { body }) });
  };

  const exchange = async (route: Route & { rest: Rest }, input: object, signal: AbortSignal): Promise<unknown> => {
    const sendAs = (token: string | undefined) => {
      // The token may be about somebody else, for whom this call was not meant.
      if (signal.aborted) throw reasonOf(signal);
      return send(route, input, signal, token);
    };
    let response = await sendAs(route.anonymous ? undefined : await tokens.current());
    if (response.status === 401 && tokens.renewable && !route.anonymous) {
      await response.body?.cancel();
      response = await sendAs(await tokens.fresh());
    }
    if (!response.ok) throw await readError(response);
    return response.json();
  };

  return async (route: Route & { rest: Rest }, input: object, options: CallOptions = {}): Promise<unknown> => {
    // By hand, as React Native has neither `AbortSignal.timeout` nor `AbortSignal.any`.
    const aborting = new AbortController();
    const abort = () => aborting.abort(options.signal?.reason);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      aborting.abort();
    }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    if (options.signal?.aborted) abort();
    options.signal?.addEventListener('abort', abort);
    try {
      // Not left to `fetch` alone: `getToken` may hang too.
      return await unlessAborted(exchange(route, input, aborting.signal), aborting.signal);
    } catch (error) {
      if (options.signal?.aborted) throw reasonOf(options.signal);
      if (error instanceof ChatError) throw error;
      throw unavailable(timedOut ? 'The server did not answer in time' : 'The server cannot be reached', error);
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
    }
  };
};
