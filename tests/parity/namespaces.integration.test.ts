import { io, type Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import { startTestApp } from '../../apps/server/src/test/app.js';

test('one connection that began with polling has both namespaces, one after the other, and calls in each', async () => {
  await using app = await startTestApp();
  const userId = 42;
  const auth = { userId, token: await app.mint(userId, 'Ann') };
  const open = async (namespace: string, forceNew: boolean): Promise<Socket> => {
    const transports = ['polling', 'websocket'];
    const socket = io(app.url + namespace, { auth, forceNew, transports, withCredentials: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    return socket;
  };
  const first = await open('/', true);
  await new Promise<void>((resolve) => {
    const { engine } = first.io;
    if (engine.transport.name === 'websocket') resolve();
    else engine.once('upgrade', () => resolve());
  });
  const second = first.io.socket('/chat', { auth });
  await new Promise<void>((resolve, reject) => {
    second.once('connect', resolve).once('connect_error', reject).connect();
  });
  for (const socket of [first, second]) {
    expect(await socket.emitWithAck('sync', { rooms: {} })).toMatchObject({ ok: true });
  }
  first.disconnect();
  second.disconnect();
});
