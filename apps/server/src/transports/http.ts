import { asyncApiDocument, openApiDocument } from '@dream-studio/contracts/docs';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import type { Dispatch } from '../core/dispatch.js';
import { AppError } from '../core/errors.js';
import type { ToErrorBody } from '../core/failure.js';
import { readBody } from './http-body.js';
import type { HttpCallers, HttpEnv } from './http-caller.js';
import { errorResponse, mountRest } from './rest.js';
import { mountTrpc } from './trpc.js';

export interface HttpDeps {
  dispatch: Dispatch;
  callers: HttpCallers;
  /** Exact origins that browsers may call from. */
  origins: readonly string[];
  /** Rejects while the server cannot do its work; tells whether it does all of it. */
  checkReady(): Promise<'ready' | 'degraded'>;
  toErrorBody: ToErrorBody;
}

/** The HTTP side of the server: health, documents, REST and tRPC. */
export function createHttpApp(deps: HttpDeps): Hono<HttpEnv> {
  const { origins, checkReady, toErrorBody } = deps;
  const app = new Hono<HttpEnv>();
  app.use(secureHeaders({ crossOriginResourcePolicy: 'cross-origin', strictTransportSecurity: false }));
  app.use(
    cors({
      origin: (origin) => (origins.includes(origin) ? origin : null),
      credentials: true,
      allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
      allowHeaders: ['Authorization', 'Content-Type'],
      exposeHeaders: ['Retry-After'],
      maxAge: 600,
    }),
  );

  app.use(async ({ req, env }, next) => {
    await next();
    // What no handler has read: the adapter waits half a second for it, and cuts the client's write then.
    const hasBody = req.header('content-length') !== undefined || req.header('transfer-encoding') !== undefined;
    if (hasBody && !env.incoming.readableDidRead) await readBody(env);
  });

  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    return c.json({ status: await checkReady() });
  });
  const documents = { '/openapi.json': once(openApiDocument), '/asyncapi.json': once(asyncApiDocument) };
  for (const [path, document] of Object.entries(documents)) app.get(path, (c) => c.json(document()));

  mountRest(app, deps.dispatch, deps.callers);
  mountTrpc(app, deps);

  app.notFound(() => errorResponse(new AppError('NOT_FOUND', 'No such path').body));
  app.onError((error) => errorResponse(toErrorBody(error)));
  return app;
}

/** Made when it is first asked for: at every start it would cost a quarter of a second. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
