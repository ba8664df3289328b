import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { HttpConnection, parseResponse } from './http.js';

test('a response is whole with its last byte, by length and in chunks', () => {
  const withLength = 'HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello';
  const inChunks = 'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
  for (const [text, status] of [
    [withLength, 201],
    [inChunks, 404],
  ] as const) {
    for (let size = 0; size < text.length; size++) {
      expect(parseResponse(Buffer.from(text.slice(0, size)))).toBeUndefined();
    }
    expect(parseResponse(Buffer.from(text))?.status).toBe(status);
  }
});

test('one connection carries request after request', async () => {
  let connections = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = `${request.method} ${request.url} ${request.headers['x-a']} ${body}`;
    if (body === 'chunked') response.write('first ');
    response.end(answer);
  }).on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connection = new HttpConnection((server.address() as AddressInfo).port);
  try {
    const plain = await connection.post('/path', { 'X-A': '1' }, 'é');
    expect(plain).toEqual({ status: 200, body: 'POST /path 1 é' });
    expect((await connection.post('/path', {}, 'chunked')).body).toContain('chunked');
    expect((await connection.post('/path', {}, 'last')).body).toBe('POST /path undefined last');
    expect(connections).toBe(1);
  } finally {
    connection.close();
    server.close();
  }
});
