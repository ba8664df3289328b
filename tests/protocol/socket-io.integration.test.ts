import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EchoServer, FAST, startSocketEcho } from './lib/echo-server.js';
import { ENGINES, Polling, Raw } from './lib/raw-client.js';

// Socket.IO's protocol, version 5, as its document has it (github.com/socketio/socket.io, docs/socket.io-protocol): each
// case of the test suite that is kept there has one here, but for those on Engine.IO, which are beside this file.
describe.each(ENGINES)('Socket.IO over %s', (_, options) => {
  let server: EchoServer;
  beforeAll(async () => {
    server = await startSocketEcho(options);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  const open = async () => (await Raw.open(server.url)).raw;

  /** In the main namespace, after what the server says first. */
  async function connect({ url } = server): Promise<Raw> {
    const { raw } = await Raw.open(url);
    raw.send('40');
    await raw.messages(2);
    return raw;
  }

  describe('connect', () => {
    test.each([
      ['the main namespace', '', ''],
      ['another namespace', '/custom,', '/custom,'],
      ['a namespace without the comma', '/custom', '/custom,'],
    ])('to %s, with credentials and without', async (_, sent, prefix) => {
      for (const auth of ['', '{"token":"123"}']) {
        const raw = await open();
        raw.send(`40${sent.endsWith(',') || !auth || !sent ? sent : `${sent},`}${auth}`);
        const [answer, told] = await raw.messages(2);
        expect(String(answer).slice(0, 2 + prefix.length)).toBe(`40${prefix}`);
        expect(JSON.parse(String(answer).slice(2 + prefix.length))).toEqual({ sid: expect.any(String) });
        expect(told).toBe(`42${prefix}["auth",${auth || '{}'}]`);
        raw.socket.close();
      }
    });

    test('over polling', async () => {
      const session = await Polling.open(server.url);
      await session.push('40');
      const [answer, told] = (await session.poll()).body.split('\x1e');
      expect(answer).toMatch(/^40\{"sid":"[^"]+"\}$/);
      expect(told).toBe('42["auth",{}]');
    });

    test('an unknown namespace is refused, and the connection stays', async () => {
      const raw = await open();
      raw.send('40/random');
      expect(await raw.messages(1)).toEqual(['44/random,{"message":"Invalid namespace"}']);
      raw.send('40');
      expect(await raw.messages(2)).toHaveLength(2);
      raw.socket.close();
    });

    test('what is no handshake ends the connection', async () => {
      const raw = await open();
      raw.send('4abc');
      await raw.closed;
    });

    test('so does no handshake', async () => {
      await using impatient = await startSocketEcho({ ...options, connectTimeout: 100 });
      const { raw } = await Raw.open(impatient.url);
      await raw.closed;
      expect(await raw.rest()).toEqual([]);
    });
  });

  describe('disconnect', () => {
    test('from the main namespace: heartbeats go on', async () => {
      await using fast = await startSocketEcho({ ...options, ...FAST });
      const raw = await connect(fast);
      raw.send('41');
      expect(await raw.next()).toBe('2');
      raw.socket.close();
    });

    test('from one namespace: the other goes on', async () => {
      const raw = await connect();
      raw.send('40/custom,');
      await raw.messages(2);
      // Not a word to the one that was left: that ends the connection, but for what was read along with the leaving.
      raw.send('41/custom,', '42["message","to main"]');
      expect(await raw.messages(1)).toEqual(['42["message-back","to main"]']);
      raw.socket.close();
    });
  });

  describe('messages', () => {
    const attachments = [Uint8Array.from([1, 2, 3]), Uint8Array.from([4, 5, 6])];
    const placeholders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';
    const cases: [string, (string | Uint8Array)[], (string | Uint8Array)[]][] = [
      ['text', ['42["message",1,"2",{"3":[true]}]'], ['42["message-back",1,"2",{"3":[true]}]']],
      [
        'binary attachments',
        [`452-["message",${placeholders}]`, ...attachments],
        [`452-["message-back",${placeholders}]`, ...attachments],
      ],
      ['text that is acknowledged', ['42456["message-with-ack",1,"2",{"3":[false]}]'], ['43456[1,"2",{"3":[false]}]']],
      [
        'binary attachments that are acknowledged',
        [`452-789["message-with-ack",${placeholders}]`, ...attachments],
        [`462-789[${placeholders}]`, ...attachments],
      ],
    ];
    test.each(cases)('%s', async (_, sent, expected) => {
      const raw = await connect();
      raw.send(...sent);
      const received = await raw.messages(expected.length);
      expect(received).toEqual(expected.map((part) => (typeof part === 'string' ? part : Buffer.from(part))));
      raw.socket.close();
    });

    test.each([
      ['an unknown packet type', '4abc'],
      ['a payload that is no array', '42{}'],
      ['a number of an acknowledgement that is none', '42abc["message-with-ack",1]'],
      ['attachments that do not come', '451-["message",{"_placeholder":true,"num":0}]'],
    ])('%s ends the connection', async (_, packet) => {
      const raw = await connect();
      raw.send(packet, '42["message","after it"]');
      await raw.closed;
      expect(await raw.rest()).toEqual([]);
    });
  });
});
