import { type CallOptions, DEFAULT_TIMEOUT_MS, type Route, reasonOf, within } from './call.js';
import { ChatError, isErrorBody, otherUser, unavailable } from './errors.js';
import type { Tokens } from './tokens.js';

type Rest = NonNullable<Route['rest']>;
type RestRoute = Route & { rest: Rest };

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
  const error = (body as { error?: unknown } | null | undefined)?.error;
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
  /** `given` is the caller's signal; `signal` stops what is under way, for whatever reason. */
  const exchange = async (route: RestRoute, input: object, given: AbortSignal | undefined, signal: AbortSignal) => {
    const [method] = route.rest;
    const { userId } = tokens;
    const { url, body } = buildRequest(base, route.rest, input as Record<string, unknown>);
    const send = (token: string | undefined) => {
      if (given?.aborted || signal.aborted) throw reasonOf(given);
      // The token may be about somebody else, for whom this call was not meant.
      if (userId !== undefined && userId !== tokens.userId) throw otherUser();
      const headers: Record<string, string> = { accept: 'application/json' };
      if (token !== undefined) headers.authorization = `Bearer ${token}`;
      if (body !== undefined) headers['content-type'] = 'application/json';
      return fetch(url, { method, headers, signal, ...(body !== undefined && { body }) });
    };
    let response = await send(route.anonymous ? undefined : await tokens.current());
    if (response.status === 401 && tokens.renewable && !route.anonymous) {
      await response.body?.cancel();
      response = await send(await tokens.fresh());
    }
    if (!response.ok) throw await readError(response);
    return response.json();
  };

  return async (route: RestRoute, input: object, { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: CallOptions = {}) => {
    // By hand, as React Native has neither `AbortSignal.timeout` nor `AbortSignal.any`.
    const aborting = new AbortController();
    try {
      // Not left to `fetch` alone: `getToken` may hang too.
      return await within(exchange(route, input, signal, aborting.signal), { timeoutMs, signal });
    } catch (error) {
      aborting.abort();
      if (signal?.aborted) throw reasonOf(signal);
      throw error instanceof ChatError ? error : unavailable('The server cannot be reached', error);
    }
  };
};
