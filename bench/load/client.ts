import { TextFinder, textOf } from './text.js';
import { RawWebSocket } from './websocket.js';

/** How a server is spoken to: the seed's events over Socket.IO, with or without acks, or bare texts over WebSocket. */
export type Dialect = 'socket.io' | 'socket.io without acks' | 'websocket';

export interface ClientOptions {
  readonly port: number;
  readonly dialect: Dialect;
  /** The room as the server knows it, and as the texts have it. */
  readonly room: { readonly id: number; readonly index: number };
  readonly userId: number;
  readonly token: string;
  /** In every text. */
  readonly tag: string;
  onDelivery(room: number, number: number): void;
  onAck(number: number): void;
  onRefusal(number: number, answer: string): void;
  onEnd(reason: Error): void;
}

export interface Client {
  send(number: number): void;
  close(): void;
}

const HOST = '127.0.0.1';
const finder = new TextFinder();

/** Connects a user and enters the room; resolves when its messages come. */
export function openClient(options: ClientOptions): Promise<Client> {
  return options.dialect === 'websocket' ? openPlain(options) : openSocketIo(options);
}

function openPlain({ port, room, tag, onDelivery, onEnd }: ClientOptions): Promise<Client> {
  return new Promise((resolve, reject) => {
    const socket = new RawWebSocket({
      host: HOST,
      port,
      path: `/?room=${room.id}`,
      onText(bytes, start, end) {
        if (finder.find(bytes, start, end)) onDelivery(finder.room, finder.number);
        else resolve({ send: (number) => socket.send(textOf(room.index, number, tag)), close: () => socket.close() });
      },
      onEnd(reason) {
        reject(reason);
        onEnd(reason);
      },
    });
  });
}

const [ZERO, TWO, THREE, FOUR] = Buffer.from('0234') as unknown as [number, number, number, number];
/** Of `42["message:new",`: enough to know it by. */
const EVENT = 4;
const [M, COLON, N] = Buffer.from('m:n') as unknown as [number, number, number];
const OK = /^\[\{"ok":true/;

function openSocketIo(options: ClientOptions): Promise<Client> {
  const { port, room, userId, token, tag, onDelivery, onAck, onRefusal, onEnd } = options;
  const acks = options.dialect === 'socket.io';
  return new Promise((resolve, reject) => {
    let entered = false;
    const enter = () => {
      entered = true;
      resolve({
        send(number) {
          const data = JSON.stringify({ roomId: room.id, content: textOf(room.index, number, tag), type: 'TEXT' });
          socket.send(`42${acks ? number + 1 : ''}["message:send",${data}]`);
        },
        close: () => socket.close(),
      });
    };
    /** The id 0 is that of entering. */
    const answered = (text: string) => {
      const at = text.indexOf('[');
      const id = Number(text.slice(2, at));
      const isOk = OK.test(text.slice(at, at + 16));
      if (id > 0) return isOk ? onAck(id - 1) : onRefusal(id - 1, text.slice(at));
      if (isOk) enter();
      else reject(new Error(`Room ${room.id} could not be entered: ${text}`));
    };
    const socket = new RawWebSocket({
      host: HOST,
      port,
      path: '/socket.io/?EIO=4&transport=websocket',
      onText(bytes, start, end) {
        const first = bytes[start];
        if (first === TWO) return socket.send('3');
        if (first === ZERO) return socket.send(`40${JSON.stringify({ token, userId })}`);
        if (first !== FOUR) return;
        const second = bytes[start + 1];
        if (second === TWO) {
          const isMessage =
            bytes[start + EVENT] === M && bytes[start + EVENT + 7] === COLON && bytes[start + EVENT + 8] === N;
          if (isMessage) {
            if (finder.find(bytes, start, end)) onDelivery(finder.room, finder.number);
          } else if (!acks && !entered) {
            // The seed answers nothing; it tells the room, the one who enters included.
            const text = bytes.toString('latin1', start, end);
            if (text.startsWith('42["member:joined"') && text.includes(`"userId":${userId},`)) enter();
          }
          return;
        }
        if (second === THREE) return answered(bytes.toString('latin1', start, Math.min(end, start + 400)));
        if (second === ZERO) {
          socket.send(`42${acks ? 0 : ''}["join_room",{"roomId":${room.id}}]`);
        } else if (second === FOUR) reject(new Error(`Not connected: ${bytes.toString('utf8', start, end)}`));
      },
      onEnd(reason) {
        reject(reason);
        onEnd(reason);
      },
    });
  });
}
