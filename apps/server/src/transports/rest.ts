import { ERRORS, type ErrorBody, type OperationSpec, operations } from '@dream-studio/contracts';
import type { Context, Hono } from 'hono';
import { type Dispatch, UnreadableInput } from '../core/dispatch.js';
import { AppError } from '../core/errors.js';
import { readBody } from './http-body.js';
import { callerOf, type HttpCallers, type HttpEnv } from './http-caller.js';
import { inputFromStrings } from './rest-input.js';

/** An answer of REST to a failure: `{ error }` with the status of its code. */
export function errorResponse(error: ErrorBody): Response {
  return Response.json({ error }, { status: ERRORS[error.code].http, headers: retryAfter(error) });
}

/** `Retry-After`, in whole seconds, where there is something to wait for. */
export const retryAfter = (error: ErrorBody): Record<string, string> =>
  error.retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(error.retryAfterMs / 1000)) };

/** Mounts every operation that has a REST route. */
export function mountRest(app: Hono<HttpEnv>, dispatch: Dispatch, callers: HttpCallers): void {
  for (const [name, operation] of Object.entries<OperationSpec>(operations)) {
    const { rest } = operation;
    if (!rest) continue;
    app.on(rest.method, rest.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
      const input = await readInput(c, operation);
      const reply = await dispatch(name, await callerOf(c, 'rest', callers), input);
      if (!reply.ok) return errorResponse(reply.error);
      return Response.json(reply.data, { status: reply.repeated ? 200 : (rest.status ?? 200) });
    });
  }
}

/** The operation's input: the query or the JSON body, and over it what the path names. */
async function readInput(c: Context<HttpEnv>, operation: OperationSpec): Promise<unknown> {
  const path = inputFromStrings(operation, Object.entries(c.req.param() as Record<string, string>));
  const { method } = c.req;
  // HEAD too is served by the route of GET.
  if (method !== 'POST' && method !== 'PATCH') {
    return { ...inputFromStrings(operation, new URL(c.req.url).searchParams), ...path };
  }
  const body = await readBody(c.env);
  if (body === null) throw new AppError('PAYLOAD_TOO_LARGE');
  if (body.length === 0) return path;
  try {
    const json: unknown = JSON.parse(body.toString());
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json, ...path } : json;
  } catch {
    return new UnreadableInput('The body is not valid JSON');
  }
}
