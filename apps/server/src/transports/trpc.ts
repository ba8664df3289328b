import {
  BOUNDS,
  ERROR_CODES,
  ERRORS,
  type ErrorBody,
  type ErrorCode,
  type OperationSpec,
  operations,
} from '@dream-studio/contracts';
import { type AnyRouter, initTRPC, TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { Hono } from 'hono';
import type { Caller } from '../core/context.js';
import type { Dispatch } from '../core/dispatch.js';
import { AppError } from '../core/errors.js';
import type { HttpDeps } from './http.js';
import { readBody } from './http-body.js';
import { callerOf, type HttpEnv } from './http-caller.js';
import { retryAfter } from './rest.js';

const ENDPOINT = '/trpc';

/** A failed call on its way through tRPC. */
class ReplyError extends Error {
  readonly body: ErrorBody;

  constructor(body: ErrorBody) {
    super(body.message);
    this.body = body;
  }
}

const toTrpcError = (body: ErrorBody): TRPCError =>
  new TRPCError({ code: ERRORS[body.code].trpc, message: body.message, cause: new ReplyError(body) });

/**
 * The contract's body of any tRPC error. tRPC's own (an unknown procedure, a body that is not JSON) get the code of the
 * same name; what was thrown elsewhere says nothing of itself.
 */
function bodyOf(error: TRPCError): ErrorBody {
  if (error.cause instanceof ReplyError) return error.cause.body;
  const code: ErrorCode = ['PARSE_ERROR', 'METHOD_NOT_SUPPORTED', 'UNSUPPORTED_MEDIA_TYPE'].includes(error.code)
    ? 'BAD_INPUT'
    : (ERROR_CODES.find((candidate) => ERRORS[candidate].trpc === error.code) ?? 'INTERNAL');
  return new AppError(code).body;
}

/** A router with one procedure per operation that has a REST route; its type is the contract's `AppRouter`. */
function createRouter(dispatch: Dispatch): AnyRouter {
  const t = initTRPC.context<Caller>().create({
    isDev: false,
    errorFormatter: ({ shape, error }) => {
      const body = bodyOf(error);
      return { ...shape, message: body.message, data: { ...shape.data, error: body } };
    },
  });
  // Flat, by the table's own keys: nested, the noun `call` is a word that tRPC reserves at the top of a router.
  const procedures = Object.entries<OperationSpec>(operations).flatMap(([name, operation]) =>
    operation.rest ? [[name, toProcedure(name, operation)] as const] : [],
  );
  return t.router(Object.fromEntries(procedures));

  function toProcedure(name: string, operation: OperationSpec) {
    // The dispatcher parses, after it has counted the call.
    const procedure = t.procedure.input((raw: unknown) => raw);
    const call = async ({ ctx, input }: { ctx: Caller; input: unknown }) => {
      const reply = await dispatch(name, ctx, input);
      if (reply.ok) return reply.data;
      throw toTrpcError(reply.error);
    };
    return operation.kind === 'query' ? procedure.query(call) : procedure.mutation(call);
  }
}

/** Mounts the router under `/trpc`. */
export function mountTrpc(app: Hono<HttpEnv>, { dispatch, callers, toErrorBody }: HttpDeps): void {
  const router = createRouter(dispatch);
  app.all(`${ENDPOINT}/*`, async (c) => {
    const { raw } = c.req;
    const body = raw.method === 'GET' || raw.method === 'HEAD' ? undefined : await readBody(c.env);
    return fetchRequestHandler({
      endpoint: ENDPOINT,
      router,
      req: new Request(raw.url, {
        method: raw.method,
        headers: raw.headers,
        ...(body && { body: new Uint8Array(body) }),
      }),
      maxBatchSize: BOUNDS.trpcBatchMax,
      createContext: async () => {
        // Thrown here it is answered as any failure of tRPC is, once for each call of a batch.
        if (body === null) throw toTrpcError(new AppError('PAYLOAD_TOO_LARGE').body);
        try {
          return await callerOf(c, 'trpc', callers);
        } catch (error) {
          throw toTrpcError(toErrorBody(error, { transport: 'trpc' }));
        }
      },
      responseMeta: ({ errors }) => ({ headers: errors[0] ? retryAfter(bodyOf(errors[0])) : {} }),
    });
  });
}
