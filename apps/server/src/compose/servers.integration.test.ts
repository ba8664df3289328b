import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createLogger } from '../infra/logger.js';
import { openServers } from './servers.js';

const HTTP = 'HTTP/1.1\r\nHost: localhost\r\n';
const UPGRADE = `${HTTP}Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`;

test.each([
  ['says nothing', ''],
  ['began a request', `POST / ${HTTP}Content-Length: 9\r\n\r\n`],
  ['has a WebSocket', `GET /socket.io/?EIO=4&transport=websocket ${UPGRADE}Upgrade: websocket\r\n\r\n`],
  ['wanted one elsewhere', `GET /elsewhere ${UPGRADE}Upgrade: websocket\r\n\r\n`],
  ['wanted another protocol', `GET /socket.io ${UPGRADE}Upgrade: h2c\r\n\r\n`],
])('nobody who %s and never hangs up keeps the servers from closing', async (_, said) => {
  const servers = openServers(() => new Response(), {
    origins: [],
    addressOf: () => 'here',
    log: createLogger('silent'),
  });
  const port = await servers.listen(0);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  const heard = said.startsWith('GET') ? once(socket, 'readable') : once(socket, 'connect');
  socket.write(said);
  await heard;
  let closed = false;
  void servers.close().then(() => (closed = true));
  await expect.poll(() => closed, { timeout: 5_000 }).toBe(true);
  socket.destroy();
});
