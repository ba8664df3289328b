import { once } from 'node:events';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type EchoServer, type EngineConnection, startEngineEcho, startSocketEcho } from './lib/echo-server.js';
import { ENGINES, Polling, Raw, sleep } from './lib/raw-client.js';

// What holding back frames until the turn ends might break; Socket.IO as it comes does the same, and is the measure.
describe.each(ENGINES)('frames over %s', (_, options) => {
  const startEngine = () => startEngineEcho(options);

  /** A WebSocket with the server's end of it. */
  async function pair({ url, io }: EchoServer) {
    const connected = once(io.engine, 'connection') as Promise<[ServerEnd]>;
    const { raw } = await Raw.open(url);
    return { raw, end: (await connected)[0] };
  }

  test('of one turn come in order, text and binary, small and large, from microtasks and ticks too', async () => {
    await using server = await startEngine();
    const { raw, end } = await pair(server);
    const expected: string[] = [];
    const send = (binary: boolean, size: number) => {
      const text = String(expected.length).padEnd(size, '.');
      expected.push(binary ? text : `4${text}`);
      end.send(binary ? Buffer.from(text) : text);
    };
    const burst = () => {
      for (let n = 0; n < 40; n++) send(n % 2 === 1, n % 7 === 0 ? 70_000 : n * 5);
    };
    burst();
    await Promise.resolve();
    burst();
    await new Promise<void>((resolve) => process.nextTick(resolve));
    burst();
    await new Promise<void>((resolve) => setImmediate(resolve));
    burst();
    expect((await raw.messages(expected.length)).map(String)).toEqual(expected);
    raw.socket.close();
  });

  test('of many connections in one turn each go where they belong', async () => {
    await using server = await startEngine();
    const pairs = [];
    for (let n = 0; n < 50; n++) pairs.push(await pair(server));
    for (let round = 0; round < 20; round++) for (const [n, { end }] of pairs.entries()) end.send(`${n}:${round}`);
    for (const [n, { raw }] of pairs.entries()) {
      expect(await raw.messages(20)).toEqual(Array.from({ length: 20 }, (_, round) => `4${n}:${round}`));
      raw.socket.close();
    }
  });

  test('sent before a close arrive before it', async () => {
    await using server = await startEngine();
    const { raw, end } = await pair(server);
    for (let n = 0; n < 100; n++) end.send(`${n}`);
    end.close();
    expect(await raw.closed).toBe(1005);
    expect(await raw.rest()).toEqual(Array.from({ length: 100 }, (_, n) => `4${n}`));
  });

  test('so they do when ws itself closes', async () => {
    await using server = await startEngine();
    const { raw, end } = await pair(server);
    for (let n = 0; n < 100; n++) end.transport.socket.send(`4${n}`);
    end.transport.socket.close(4001);
    expect(await raw.closed).toBe(4001);
    expect(await raw.rest()).toHaveLength(100);
  });

  test.each([
    ['of a namespace', false],
    ['of the connection', true],
  ])('an event before a disconnect %s arrives', async (_, close) => {
    await using server = await startSocketEcho(options);
    server.io.on('connection', (socket) =>
      socket.on('leave', () => {
        socket.emit('last', Buffer.from('words'));
        socket.disconnect(close);
      }),
    );
    const { raw } = await Raw.open(server.url);
    raw.send('40');
    await raw.messages(2);
    raw.send('42["leave"]');
    expect(await raw.messages(3)).toEqual(['451-["last",{"_placeholder":true,"num":0}]', Buffer.from('words'), '41']);
    if (!close) raw.socket.close();
    await raw.closed;
  });

  test('tell when they are written, in order, and those that waited for it go', async () => {
    await using server = await startEngine();
    const { raw, end } = await pair(server);
    const written: number[] = [];
    let drains = 0;
    end.on('drain', () => drains++);
    for (let n = 0; n < 5; n++) end.send(`${n}`, {}, () => written.push(n));
    expect(written).toEqual([]);
    await expect.poll(() => written).toEqual([0, 1, 2, 3, 4]);
    // As it comes, Engine.IO hands on the first by itself, and the others together when that is written.
    expect(drains).toBe(options.stock ? 2 : 1);
    expect(await raw.messages(5)).toHaveLength(5);
    raw.socket.close();
  });

  test('that were written when the connection was cut are told of as failed, and those of others go', async () => {
    await using server = await startEngine();
    const [cut, other] = [await pair(server), await pair(server)];
    const socket = cut.end.transport.socket;
    const outcomes: (Error | undefined)[] = [];
    const closed = new Promise<void>((resolve) => cut.end.on('close', resolve));
    // More than the system takes at once: ws as it comes has something left, too.
    const large = '4'.padEnd(8 * 1024 * 1024, '.');
    for (let n = 0; n < 5; n++) socket.send(large, (error) => outcomes.push(error ?? undefined));
    other.end.send('goes');
    socket.terminate();
    await closed;
    await cut.raw.closed;
    expect(await other.raw.messages(1)).toEqual(['4goes']);
    expect(outcomes).toHaveLength(5);
    expect(outcomes.at(-1)).toBeInstanceOf(Error);
    other.raw.socket.close();
  });

  test('leave nothing behind of a connection that was cut with some of them waiting', async () => {
    await using server = await startEngine();
    const refs: WeakRef<object>[] = [];
    for (let n = 0; n < 20; n++) refs.push(await cutWhileWaiting());
    await expect
      .poll(
        () => {
          collectGarbage();
          return refs.filter((ref) => ref.deref() !== undefined).length;
        },
        { timeout: 20_000 },
      )
      .toBeLessThanOrEqual(1);

    async function cutWhileWaiting(): Promise<WeakRef<object>> {
      const { raw, end } = await pair(server);
      const { socket } = end.transport;
      const ref = new WeakRef(socket._socket);
      const closed = new Promise<void>((resolve) => end.on('close', resolve));
      for (let m = 0; m < 10; m++) socket.send('4waits');
      socket.terminate();
      await Promise.all([closed, raw.closed]);
      return ref;
    }
  });

  test('none is lost or doubled by an upgrade under traffic', async () => {
    await using server = await startEngine();
    const connected = once(server.io.engine, 'connection') as Promise<[ServerEnd]>;
    const session = await Polling.open(server.url);
    const [end] = await connected;
    const COUNT = 300;
    const received: string[] = [];
    const polled = (async () => {
      // As a client does: polls go on until the one that the upgrade ends.
      for (;;) {
        const packets = (await session.poll()).body.split('\x1e');
        received.push(...packets.filter((packet) => packet.startsWith('4')));
        if (packets.includes('6')) return;
      }
    })();
    const traffic = (async () => {
      for (let n = 0; n < COUNT; n++) {
        end.send(`${n}`);
        if (n % 3 === 0) await sleep(1);
      }
    })();
    await sleep(30);
    const raw = session.webSocket();
    await raw.opened;
    raw.send('2probe');
    expect(await raw.next()).toBe('3probe');
    await polled;
    raw.send('5');
    while (received.length < COUNT) received.push(String(await raw.next()));
    await traffic;
    expect(received).toEqual(Array.from({ length: COUNT }, (_, n) => `4${n}`));
    raw.socket.close();
  });

  test('wait for a reader that is slow, and go on when it reads', async () => {
    await using server = await startEngine();
    const { hostname, port } = new URL(server.url);
    const connected = once(server.io.engine, 'connection') as Promise<[ServerEnd]>;
    const tcp = connect(Number(port), hostname);
    tcp.write(
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const [end] = await connected;
    tcp.pause();
    const payload = 'x'.repeat(60_000);
    let written = 0;
    // Below what has a consumer cut.
    for (let n = 0; n < 10; n++) end.send(payload, {}, () => written++);
    let bytes = 0;
    tcp.on('data', (chunk) => {
      bytes += chunk.length;
    });
    tcp.resume();
    await expect.poll(() => written).toBe(10);
    await expect.poll(() => bytes).toBeGreaterThan(600_000);
    tcp.destroy();
  });
});

interface ServerEnd extends EngineConnection {
  readonly transport: {
    readonly socket: {
      send(data: string, written?: (error?: Error | null) => void): void;
      close(code: number): void;
      terminate(): void;
      /** The connection under it. */
      readonly _socket: object;
    };
  };
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
