import { io } from 'socket.io-client';

/** The part of socket.io-client's Socket that the client uses: what a double has to stand in for. */
export interface ChatSocket {
  readonly connected: boolean;
  /** The credentials of the next handshake. */
  auth: unknown;
  /** Makes one attempt: `connect` or `connect_error` follows. */
  connect(): unknown;
  disconnect(): unknown;
  /** `connect`, `connect_error` (an Error, with the error body as `data`), `disconnect` (the reason), and all events. */
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
  timeout(ms: number): { emitWithAck(event: string, input: unknown): Promise<unknown> };
}

export interface SocketOptions {
  namespace: '/' | '/chat';
  /** In the order to try. */
  transports: ('websocket' | 'polling')[];
  /** An attempt that takes longer has failed. */
  timeoutMs: number;
}

/** Makes a socket that is not connected yet, and never tries again by itself. */
export type OpenSocket = (url: string, options: SocketOptions) => ChatSocket;

export const openSocket: OpenSocket = (url, { namespace, transports, timeoutMs }) =>
  io(url.replace(/\/+$/, '') + namespace, {
    autoConnect: false,
    forceNew: true,
    reconnection: false,
    tryAllTransports: true,
    transports,
    timeout: timeoutMs,
    // Polls must all reach the same server: a load balancer knows it by a cookie of its own.
    withCredentials: true,
  }) as unknown as ChatSocket;
