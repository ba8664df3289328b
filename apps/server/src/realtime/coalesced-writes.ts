import type { Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** Sockets that hold back what is written to them until the turn of the event loop ends. */
let corked: Socket[] = [];

/** What is written from now to the end of the turn leaves with one system call, in order. */
function corkForTurn(socket: Socket): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  if (corked.push(socket) === 1) setImmediate(uncorkAll);
}

function uncorkAll(): void {
  const all = corked;
  corked = [];
  for (const socket of all) socket.uncork();
}

/** The members of ws that Engine.IO uses too, and that its types do not name. */
interface Internals {
  _sender: { sendFrame(list: readonly Buffer[], done?: (error?: Error) => void): void };
}

/**
 * Writes all frames of one turn at once. Of the CPU of a fan-out the better half is a system call for each message and
 * socket: with many messages in a turn it is one for each socket. Callbacks come when it is written, as ever, so that
 * Engine.IO's queue and what waits in it mean what they did.
 */
class CoalescingWebSocket extends WebSocket {
  setSocket(socket: Socket, head: Buffer, options: object): void {
    // @ts-expect-error The server calls it; the types leave it out.
    super.setSocket(socket, head, options);
    const { _sender: sender } = this as unknown as Internals;
    const { sendFrame } = sender;
    sender.sendFrame = (list, done) => {
      corkForTurn(socket);
      sendFrame.call(sender, list, done);
    };
  }
}

/** Socket.IO's `wsEngine`. */
export class CoalescingWebSocketServer extends WebSocketServer {
  constructor(options: ConstructorParameters<typeof WebSocketServer>[0]) {
    super({ ...options, WebSocket: CoalescingWebSocket });
  }
}
