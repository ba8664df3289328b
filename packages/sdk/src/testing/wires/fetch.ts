import {
  BOUNDS,
  ERRORS,
  type ErrorBody,
  type ErrorCode,
  type OperationName,
  type OperationSpec,
  operations,
} from '@dream-studio/contracts';
import { within } from '../../call.js';
import { type Caller, type DispatchReply, UnreadableInput } from '../dispatch.js';
import { bodyOf, failure } from '../failure.js';
import type { Gateway } from '../gateway.js';
import { hold } from './hold.js';
import { inputFromStrings } from './rest-input.js';

interface Route {
  name: OperationName;
  operation: OperationSpec;
  method: string;
  pattern: RegExp;
}

const routes: readonly Route[] = Object.entries<OperationSpec>(operations).flatMap(([name, operation]) => {
  if (!operation.rest) return [];
  const pattern = new RegExp(`^${operation.rest.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  return [{ name: name as OperationName, operation, method: operation.rest.method, pattern }];
});

/** As the platform says that a server cannot be reached. */
const unreachable = () => new TypeError('fetch failed');

/** A `fetch` that reaches the double's REST routes, whatever the origin, and nothing else. */
export function createFetch(gateway: Gateway): typeof fetch {
  return (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : null);
    // Without the signal: a browser-like test environment may have another kind than the platform's Request takes.
    const answer = respond(gateway, new Request(input, { ...init, signal: null }));
    return signal ? within(answer, { signal }) : answer;
  };
}

async function respond(gateway: Gateway, request: Request): Promise<Response> {
  const { traffic, faults, clock } = gateway;
  traffic.moved();
  const text = await request.text();
  traffic.moved();
  if (!gateway.isUp()) throw unreachable();
  const url = new URL(request.url);
  const route = routes.find(({ method, pattern }) => method === request.method && pattern.test(url.pathname));
  if (!route) return errorResponse('NOT_FOUND', 'No such path');

  const { name, operation } = route;
  const caller = callerOf(gateway, request);
  const userId = caller.identity?.userId;
  if (faults.take('drop', name, userId, 'request')) throw unreachable();
  await hold(clock, faults.take('delay', name, userId, 'request')?.ms);
  if (new TextEncoder().encode(text).byteLength > BOUNDS.bodyMaxBytes) return errorResponse('PAYLOAD_TOO_LARGE');
  const input = readInput(route, url, text);
  const reply = gateway.dispatch(name, caller, input);
  if (faults.take('duplicate', name, userId)) gateway.dispatch(name, caller, input);
  if (faults.take('drop', name, userId, 'reply')) throw unreachable();
  await hold(clock, faults.take('delay', name, userId, 'reply')?.ms);
  if (!gateway.isUp()) throw unreachable();
  traffic.moved();
  return toResponse(reply, operation);
}

/** A token that is not valid is the same as none. */
function callerOf({ tokens }: Gateway, request: Request): Caller {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  try {
    return { identity: token === undefined ? null : tokens.verify(token), connection: null, over: 'http' };
  } catch {
    return { identity: null, connection: null, over: 'http' };
  }
}

/** The operation's input: the query or the JSON body, and over it what the path names. */
function readInput({ operation, method, pattern }: Route, url: URL, text: string): unknown {
  const groups = Object.entries(pattern.exec(url.pathname)?.groups ?? {});
  const path = inputFromStrings(
    operation,
    groups.map(([key, value]) => [key, decoded(value)] as const),
  );
  if (method !== 'POST' && method !== 'PATCH') return { ...inputFromStrings(operation, url.searchParams), ...path };
  if (text === '') return path;
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json, ...path } : json;
  } catch {
    return new UnreadableInput('The body is not valid JSON');
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function toResponse(reply: DispatchReply, { rest }: OperationSpec): Response {
  if (reply.ok) return Response.json(reply.data, { status: reply.repeated ? 200 : (rest?.status ?? 200) });
  return failed(reply.error);
}

const errorResponse = (code: ErrorCode, message?: string): Response => failed(bodyOf(failure(code, message)));

function failed(error: ErrorBody): Response {
  const { retryAfterMs } = error;
  const headers = retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) };
  return Response.json({ error }, { status: ERRORS[error.code].http, headers });
}
