import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EchoServer, FAST, HEARTBEAT, MAX_PAYLOAD, startEngineEcho } from './lib/echo-server.js';
import { ENGINES, Polling, Raw, request } from './lib/raw-client.js';

// Engine.IO's protocol, version 4, as its document has it (github.com/socketio/socket.io, docs/engine.io-protocol): each
// case of the test suite that is kept there has one here.
describe.each(ENGINES)('Engine.IO over %s', (_, options) => {
  let server: EchoServer;
  let url: string;
  beforeAll(async () => {
    server = await startEngineEcho(options);
    url = server.url;
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  /** Until a poll of the session waits at the server. */
  const polling = ({ sid }: Polling) =>
    expect.poll(() => server.isPolling(sid), { interval: 5, timeout: 10_000 }).toBe(true);

  const handshake = (upgrades: string[]) => ({
    sid: expect.any(String),
    upgrades,
    ...HEARTBEAT,
    maxPayload: MAX_PAYLOAD,
  });

  describe('handshake', () => {
    test('over polling: identity, heartbeat, bounds, and what it may be upgraded to', async () => {
      const { status, body } = await request(url);
      expect(status).toBe(200);
      expect(body[0]).toBe('0');
      expect(JSON.parse(body.slice(1))).toEqual(handshake(['websocket']));
    });

    test('over WebSocket: the same, and nothing better', async () => {
      const { raw, greeting } = await Raw.open(url);
      expect(greeting[0]).toBe('0');
      expect(JSON.parse(greeting.slice(1))).toEqual(handshake([]));
      raw.socket.close();
    });

    test.each([
      ['no version', { EIO: undefined }],
      ['a version that is none', { EIO: 'abc' }],
      ['no transport', { transport: undefined }],
      ['an unknown transport', { transport: 'abc' }],
      ['an unknown session', { sid: 'abc' }],
    ])('%s is refused', async (_, query) => {
      expect((await request(url, query)).status).toBe(400);
      const raw = new Raw(url, query);
      await raw.closed;
      await expect(raw.next()).rejects.toThrow('closed before');
    });

    test.each(['POST', 'PUT'])('%s opens no session', async (method) => {
      expect((await request(url, {}, { method })).status).toBe(400);
    });
  });

  describe('messages over polling', () => {
    test.each([
      ['one of text', ['4hello']],
      ['several of text', ['4test1', '4test2', '4test3']],
      ['text and binary', ['4hello', 'bAQIDBA==']],
    ])('%s', async (_, packets) => {
      const session = await Polling.open(url);
      expect(await session.push(...packets)).toEqual({ status: 200, body: 'ok' });
      expect(await session.poll()).toEqual({ status: 200, body: packets.join('\x1e') });
    });

    test('what is no packet ends the session', async () => {
      const session = await Polling.open(url);
      // The connection of the request may be cut, too.
      await session.push('abc').catch(() => {});
      expect((await session.poll()).status).toBe(400);
    });

    test('two polls at once end the session', async () => {
      const session = await Polling.open(url);
      const first = session.poll();
      await polling(session);
      const second = await session.poll();
      expect(await first).toEqual({ status: 200, body: '1' });
      expect([400, 500]).toContain(second.status);
      expect((await session.poll()).status).toBe(400);
    });

    test('a poll that is given up ends the session', async () => {
      const session = await Polling.open(url);
      const abort = new AbortController();
      const poll = session.poll(abort.signal).catch(() => {});
      await polling(session);
      abort.abort();
      await poll;
      await expect.poll(async () => (await session.poll()).status).toBe(400);
    });
  });

  describe('messages over WebSocket', () => {
    test('text and binary', async () => {
      const { raw } = await Raw.open(url);
      raw.send('4hello');
      expect(await raw.next()).toBe('4hello');
      raw.send(Uint8Array.from([1, 2, 3, 4]));
      expect(await raw.next()).toEqual(Buffer.from([1, 2, 3, 4]));
      raw.socket.close();
    });

    test('what is no packet ends the connection', async () => {
      const { raw } = await Raw.open(url);
      raw.send('abc');
      await raw.closed;
    });
  });

  describe('heartbeat and close', () => {
    let fast: EchoServer;
    beforeAll(async () => {
      fast = await startEngineEcho({ ...options, ...FAST });
    });
    afterAll(() => fast?.[Symbol.asyncDispose]());

    test('over polling, as long as it is answered', async () => {
      const session = await Polling.open(fast.url);
      for (let beat = 0; beat < 3; beat++) {
        expect(await session.poll()).toEqual({ status: 200, body: '2' });
        expect((await session.push('3')).status).toBe(200);
      }
    });

    test('over WebSocket, as long as it is answered', async () => {
      const { raw } = await Raw.open(fast.url);
      for (let beat = 0; beat < 3; beat++) {
        expect(await raw.next()).toBe('2');
        raw.send('3');
      }
      raw.socket.close();
    });

    test('a polling session that does not answer ends', async () => {
      const session = await Polling.open(fast.url);
      // The polls themselves are no answer.
      await expect.poll(async () => (await session.poll()).status, { timeout: 10_000 }).toBe(400);
    });

    test('a WebSocket that does not answer ends', async () => {
      const { raw } = await Raw.open(fast.url);
      await raw.closed;
      expect(await raw.rest()).toEqual([]);
    });

    test('a polling session that says goodbye ends: the poll under way is let go, and there is no other', async () => {
      const session = await Polling.open(url);
      const poll = session.poll();
      await polling(session);
      await session.push('1');
      expect(await poll).toEqual({ status: 200, body: '6' });
      expect((await session.poll()).status).toBe(400);
    });

    test('so does a WebSocket that does, with the heartbeat at the latest', async () => {
      const { raw } = await Raw.open(fast.url);
      raw.send('1');
      await raw.closed;
    });
  });

  describe('upgrade', () => {
    async function probed(): Promise<{ session: Polling; raw: Raw }> {
      const session = await Polling.open(url);
      const raw = session.webSocket();
      await raw.opened;
      raw.send('2probe');
      expect(await raw.next()).toBe('3probe');
      return { session, raw };
    }

    async function talks(raw: Raw): Promise<void> {
      raw.send('4hello');
      expect(await raw.messages(1)).toEqual(['4hello']);
    }

    test('from polling to WebSocket: the poll under way is let go', async () => {
      const { session, raw } = await probed();
      expect(await session.poll()).toEqual({ status: 200, body: '6' });
      raw.send('5');
      await talks(raw);
    });

    test('polls are refused after it', async () => {
      const { session, raw } = await probed();
      raw.send('5');
      await talks(raw);
      expect((await session.poll()).status).toBe(400);
      await talks(raw);
    });

    test('a second WebSocket is refused after it', async () => {
      const { session, raw } = await probed();
      raw.send('5');
      const second = session.webSocket();
      await second.closed;
      await talks(raw);
    });
  });

  test('compression is never negotiated, by a client that offers it neither', async () => {
    const { raw } = await Raw.open(url, { perMessageDeflate: true });
    expect((raw.socket as unknown as { extensions: string }).extensions).toBe('');
    const long = `4${'x'.repeat(10_000)}`;
    raw.send(long);
    expect(await raw.messages(1)).toEqual([long]);
    raw.socket.close();
  });
});
