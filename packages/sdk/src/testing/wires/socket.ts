import { ChatError } from '../../errors.js';
import { createListeners } from '../../listeners.js';
import type { ChatSocket, OpenSocket } from '../../socket.js';
import { bodyOf } from '../failure.js';
import type { Gateway } from '../gateway.js';
import { openSession, type Session, type Waiting } from './session.js';

/** Sockets that reach the double, whatever the URL. They behave as those of socket.io-client, without its attempts. */
export const createOpenSocket =
  (gateway: Gateway): OpenSocket =>
  () => {
    const listeners = createListeners();
    /** Emitted before there was a connection. */
    const buffer = new Set<() => void>();
    let session: Session | null = null;
    let attempt: object | null = null;

    const connect = async () => {
      const mine = {};
      attempt = mine;
      gateway.traffic.moved();
      await undefined;
      gateway.traffic.moved();
      if (attempt !== mine) return;
      attempt = null;
      try {
        session = openSession(gateway, socket.auth, {
          heard: listeners.call,
          ended(reason) {
            session = null;
            listeners.call('disconnect', reason);
          },
        });
      } catch (error) {
        return listeners.call('connect_error', toConnectError(error));
      }
      for (const send of [...buffer]) send();
      listeners.call('connect');
    };

    const emitWithAck = (timeoutMs: number, event: string, input: unknown): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const packet = JSON.stringify(input ?? null);
        let via: Session | null = null;
        const settle = (outcome: () => void) => {
          cancel();
          buffer.delete(send);
          via?.forget(waiting);
          outcome();
        };
        const waiting: Waiting = {
          replied: (reply) => settle(() => resolve(reply)),
          refused: (error) => settle(() => reject(error)),
        };
        const send = () => {
          buffer.delete(send);
          via = session;
          via?.send(event, packet, waiting);
        };
        const cancel = gateway.clock.after(timeoutMs, () => waiting.refused(new Error('operation has timed out')));
        if (session) send();
        else buffer.add(send);
      });

    const socket: ChatSocket = {
      get connected() {
        return session !== null;
      },
      auth: undefined,
      connect() {
        if (!session && !attempt) void connect();
        return socket;
      },
      disconnect() {
        attempt = null;
        session?.end('io client disconnect');
        return socket;
      },
      on: listeners.on,
      off: listeners.off,
      timeout: (ms) => ({ emitWithAck: (event, input) => emitWithAck(ms, event, input) }),
    };
    return socket;
  };

/** As socket.io-client tells it: a refusal by the server carries the body as `data`, anything else does not. */
function toConnectError(error: unknown): unknown {
  return error instanceof ChatError ? Object.assign(new Error(error.message), { data: bodyOf(error) }) : error;
}
