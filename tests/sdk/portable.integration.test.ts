import { createContext, Script } from 'node:vm';
import { build } from 'esbuild';
import { expect, test, vi } from 'vitest';
import { fakeEntered, fakeMessage, fakeToken } from '../../packages/sdk/src/test/fakes.js';
import { runNode } from '../e2e/lib/system.js';

type Sdk = typeof import('@dream-studio/sdk');
type Listener = (...args: unknown[]) => void;

/** The SDK and socket.io-client as a bundler for a phone would put them together: `globalThis.sdk` once run. */
async function bundleSdk(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '@dream-studio/sdk';`, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'iife',
    globalName: 'sdk',
    platform: 'browser', // By socket.io-client's `browser` field, which React Native's bundler reads as well.
    target: 'es2022',
    conditions: ['source'],
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** React Native's: aborting has no reason. */
class BareAbortController {
  readonly signal = Object.assign(new EventTarget(), { aborted: false });

  abort() {
    this.signal.aborted = true;
    this.signal.dispatchEvent(new Event('abort'));
  }
}

/** React Native's: half of it throws. */
class HalfUrl {
  get searchParams(): never {
    throw new Error('URL.searchParams is not implemented');
  }
}

/** Built-ins that Hermes may lack: ES2023 and later. */
const REMOVED = `
  for (const name of ['toSorted', 'toReversed', 'toSpliced', 'with', 'findLast', 'findLastIndex']) delete Array.prototype[name];
  for (const name of ['isWellFormed', 'toWellFormed']) delete String.prototype[name];
  delete Object.groupBy; delete Map.groupBy; delete Promise.withResolvers;`;

/** The SDK where there is no DOM, nothing of Node, and little else. */
async function loadBare(fetch: typeof globalThis.fetch): Promise<Sdk> {
  const globals = createContext({
    ...{ console, setTimeout, clearTimeout, setInterval, clearInterval, atob, fetch },
    URL: HalfUrl,
    AbortController: BareAbortController,
    navigator: { product: 'ReactNative' },
  });
  new Script(REMOVED).runInContext(globals);
  new Script(await bundleSdk()).runInContext(globals);
  return (globals as { sdk: Sdk }).sdk;
}

const answer = (body: unknown, status = 200) =>
  ({ ok: status < 400, status, json: async () => body }) as unknown as Response;

/** A socket that connects at once, and answers as it is told. */
function fakeSocket(reply: (event: string, input: never) => unknown) {
  const listeners = new Map<string, Listener[]>();
  const fire = (event: string, ...args: unknown[]) =>
    listeners.get(event)?.forEach((listener) => void listener(...args));
  return {
    connected: false,
    auth: undefined as unknown,
    connect() {
      this.connected = true;
      fire('connect');
    },
    disconnect() {
      this.connected = false;
      fire('disconnect', 'io client disconnect');
    },
    /** An event of the server. */
    receive: fire,
    on: (event: string, listener: Listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    off: () => undefined,
    timeout: () => ({
      // One packet after the other, as on a wire.
      emitWithAck: (event: string, input: never) =>
        new Promise((resolve) => setTimeout(() => resolve({ ok: true, data: reply(event, input) }))),
    }),
  };
}

type FakeSocket = ReturnType<typeof fakeSocket>;

test('without DOM, without Node and with half of the rest, calls go over HTTP and sends through the queue', async () => {
  const urls: string[] = [];
  const sdk = await loadBare(async (url) => {
    urls.push(String(url));
    return answer({ items: [], nextCursor: null });
  });
  const sent: unknown[] = [];
  const socket: FakeSocket = fakeSocket((event, input: { roomId: number; clientId: string; content: string }) => {
    if (event !== 'message:send') return fakeEntered(input.roomId);
    sent.push(input);
    const message = fakeMessage(1, { ...input, senderId: 7 });
    socket.receive('message:new', message);
    return message;
  });
  const chat = sdk.createChatClient({
    url: 'https://chat.example.com/',
    getToken: () => fakeToken(7),
    openSocket: () => socket as never,
  });
  expect(await chat.rooms.list({ limit: 5 })).toEqual({ items: [], nextCursor: null });
  expect(urls).toEqual(['https://chat.example.com/shared/chat/rooms?limit=5']);
  expect(chat.me.get()).toMatchObject({ id: 7, name: 'Ännchen' });

  await chat.connect();
  const room = chat.room(1);
  const close = room.open();
  const clientId = room.send('Hello');
  expect(clientId).toMatch(/^[0-9a-f]{32}$/);
  await vi.waitFor(
    () => expect(room.get().messages).toMatchObject([{ key: clientId, status: 'sent', seq: 1 }]),
    10_000,
  );
  expect(sent).toEqual([{ roomId: 1, clientId, content: 'Hello' }]);
  close();
  chat.close();
});

test('a call that runs out of time, and one that is aborted, end as errors there too', async () => {
  const sdk = await loadBare(() => new Promise<never>(() => undefined));
  const chat = sdk.createChatClient({
    url: 'http://x',
    token: fakeToken(7),
    openSocket: () => fakeSocket(() => 0) as never,
  });
  await expect(chat.users.me({}, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const aborting = new BareAbortController() as unknown as AbortController;
  const call = chat.users.me({}, { signal: aborting.signal });
  aborting.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

test('on a server, importing the SDK and making a client opens nothing and keeps no process alive', async () => {
  const program = `
    import { createChatClient } from '@dream-studio/sdk';
    import '@dream-studio/sdk/react';
    const chat = createChatClient({ url: 'http://127.0.0.1:1', getToken: () => { throw new Error('asked for a token'); } });
    chat.on('message:new', () => {});
    chat.room(1).subscribe(() => {});
    chat.roomList.get();
    const held = process.getActiveResourcesInfo().filter((name) => /Timeout|TCP|Req|UDP/.test(name));
    console.log('held: ' + JSON.stringify(held));`;
  await using run = runNode(['--import', 'tsx', '--conditions=source', '--input-type=module', '-e', program], {});
  expect(await run.ended).toBe(0);
  expect(run.output).toEqual({ stdout: 'held: []\n', stderr: '' });
});
