import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import { clusterNodes } from '../../apps/server/src/test/cluster.js';
import { next, seedClient } from './support.js';

const PYTHON = '/usr/bin/python3';

function hasPythonClient(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import socketio, aiohttp'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function environment(app: TestApp, userId: number, transports: string) {
  const TOKEN = await app.mint(userId, 'John Doe');
  return { PATH: process.env.PATH, SERVER_URL: app.url, TOKEN, USER_ID: String(userId), TRANSPORTS: transports };
}

/** The seed's snippet with its address, token and user filled in, and a line for the transports where some are asked for. */
async function snippet(app: TestApp, userId: number, transports: string): Promise<string> {
  const text = await readFile(join(import.meta.dirname, 'snippet.js.txt'), 'utf8');
  const filled = [
    ['http://localhost:3001', app.url],
    ['your-token', await app.mint(userId, 'John Doe')],
    ['userId: 1,', `userId: ${userId},`],
  ] as const;
  const code = filled.reduce((result, [from, to]) => {
    expect(result).toContain(from);
    return result.replace(from, to);
  }, text);
  return transports ? code.replace('  auth: {', `  transports: ["${transports}"],\n  auth: {`) : code;
}

/** Room 1, as the seed's snippet has it, with an owner who listens and a member who has not come yet. */
async function roomOne(app: TestApp, memberId: number) {
  const owner = await app.client('Ann');
  const room = await owner.rooms.create({ name: 'Room', memberIds: [memberId] });
  expect(room.id).toBe(1);
  const listener = await seedClient(app, owner.userId, 'Ann');
  listener.socket.emit('join_room', { roomId: 1 });
  await next(listener, 'member:joined');
  return { owner, listener };
}

// Behind a load balancer it has to begin with a WebSocket: it polls without the cookie that leads to its server.
describe.each(clusterNodes > 0 ? ['websocket'] : ['websocket', 'polling', ''])(
  'the seed’s own test snippet, unchanged (transports: "%s")',
  (transports) => {
    test('connects, joins, types and sends; another client sees it all', async () => {
      await using app = await startTestApp();
      const { owner, listener } = await roomOne(app, 5);
      const child = spawn(process.execPath, ['-e', await snippet(app, 5, transports)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exit = once(child, 'exit');
      const [printed] = await once(child.stdout, 'data');
      expect(String(printed)).toBe('Connected\n');
      expect(await next(listener, 'user:typing')).toMatchObject({
        userId: 5,
        roomId: 1,
        timestamp: expect.any(String),
      });
      expect(await next(listener, 'message:new')).toMatchObject({
        senderId: 5,
        content: 'Hello!',
        sender: { id: 5, name: 'John Doe' },
      });
      expect((await owner.messages.list({ roomId: 1 })).items).toMatchObject([{ content: 'Hello!', senderId: 5 }]);
      child.kill('SIGKILL');
      await exit;
      listener.socket.close();
    });
  },
);

describe('a client in another language', () => {
  const there = hasPythonClient();
  if (!there) console.log('skipped: python3-socketio and python3-aiohttp are not on this machine');
  test.skipIf(!there).each(['websocket', 'polling'])('Python joins, sends and receives over %s', async (transports) => {
    await using app = await startTestApp();
    const { listener } = await roomOne(app, 6);
    const child = spawn(PYTHON, [join(import.meta.dirname, 'client.py')], {
      env: await environment(app, 6, transports),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(output).toBe('Hello from Python\n');
    expect(await next(listener, 'message:new')).toMatchObject({ senderId: 6, content: 'Hello from Python' });
    listener.socket.close();
  });
});
