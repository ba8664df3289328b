import type { ChatClientOptions, ChatSocket } from '@dream-studio/sdk';
import { io, type Socket } from 'socket.io-client';

/** The network of one SDK client, which can be cut. */
export interface Link extends Required<Pick<ChatClientOptions, 'openSocket' | 'fetch'>> {
  /** Closes the connection under the client. For that long no connection and no request is made. */
  cut(awayMs: number): void;
}

/** Tells of each connection made and lost: those of the socket, before the client does anything about it. */
export function createLink(onConnected: () => void, onDisconnected: () => void): Link {
  let socket: Socket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let awayUntil = 0;

  return {
    openSocket: (url, { namespace, transports, timeoutMs }) => {
      const options = { autoConnect: false, forceNew: true, reconnection: false, transports, timeout: timeoutMs };
      const opened = io(url + namespace, options);
      const connect = opened.connect.bind(opened);
      const disconnect = opened.disconnect.bind(opened);
      // An attempt during an absence is one that takes until its end.
      opened.connect = () => {
        clearTimeout(timer);
        const waitMs = awayUntil - Date.now();
        if (waitMs <= 0) return connect();
        timer = setTimeout(connect, waitMs);
        return opened;
      };
      opened.disconnect = () => {
        clearTimeout(timer);
        return disconnect();
      };
      opened.on('connect', onConnected);
      opened.on('disconnect', (reason) => reason !== 'io client disconnect' && onDisconnected());
      socket = opened;
      return opened as unknown as ChatSocket;
    },
    fetch: (...args) => (Date.now() < awayUntil ? Promise.reject(new TypeError('fetch failed')) : fetch(...args)),
    cut: (awayMs) => {
      awayUntil = Date.now() + awayMs;
      socket?.io.engine?.close();
    },
  };
}
