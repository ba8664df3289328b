import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Caller, Identity } from '../core/context.js';
import { AppError } from '../core/errors.js';
import type { AddressOf } from '../core/ports.js';

export type HttpEnv = { Bindings: HttpBindings };

/** How a transport learns who calls, and from where. */
export interface HttpCallers {
  /** Verifies a token and makes its user known. Throws `UNAUTHENTICATED`. */
  identify(token: string): Promise<Identity>;
  addressOf: AddressOf;
}

/**
 * The caller of an HTTP request. A token that is not valid is the same as none; that its key or the database cannot be
 * reached is thrown as what it is.
 */
export async function callerOf(
  c: Context<HttpEnv>,
  transport: Caller['transport'],
  { identify, addressOf }: HttpCallers,
): Promise<Caller> {
  const token = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  let identity: Identity | null = null;
  if (token) {
    try {
      identity = await identify(token);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'UNAUTHENTICATED')) throw error;
    }
  }
  return { transport, identity, address: addressOf(c.env.incoming as IncomingMessage), connection: null };
}
