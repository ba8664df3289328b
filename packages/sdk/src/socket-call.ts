import type { ErrorBody } from '@dream-studio/contracts';
import { type CallOptions, DEFAULT_TIMEOUT_MS, NO_ANSWER, within } from './call.js';
import type { Connection } from './connection.js';
import { ChatError, isErrorBody, otherUser, unavailable } from './errors.js';
import type { Tokens } from './tokens.js';

type AnyReply = { ok: true; data: unknown } | { ok: false; error: ErrorBody };

const isReply = (value: unknown): value is AnyReply => {
  const reply = value as AnyReply | null | undefined;
  return reply?.ok === true || isErrorBody(reply?.error);
};

/** Makes calls over the socket; waits for the connection while there is none. */
export const createSocketCall =
  (connection: Connection, tokens: Pick<Tokens, 'userId'>) =>
  async (event: string, input: object, { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: CallOptions = {}) => {
    const deadline = Date.now() + timeoutMs;
    const { userId } = tokens;
    if (!connection.live) await connection.ready({ timeoutMs, signal });
    if (userId !== undefined && userId !== tokens.userId) throw otherUser();
    const emitted = connection.emit(event, input, Math.max(0, deadline - Date.now())).catch((cause: unknown) => {
      throw unavailable(NO_ANSWER, cause);
    });
    const reply: unknown = await within(emitted, { signal });
    if (!isReply(reply)) throw unavailable('The server did not answer as agreed');
    if (reply.ok) return reply.data;
    throw new ChatError(reply.error);
  };
