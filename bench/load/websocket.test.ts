import { expect, test } from 'vitest';
import { clientFrame, FrameReader } from './websocket.js';

/** As a server sends it: not masked. */
function serverFrame(text: string, type = 0x81): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([type, body.length])
      : body.length < 65_536
        ? Buffer.from([type, 126, body.length >> 8, body.length & 255])
        : Buffer.from([type, 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((bits) => (body.length >> bits) & 255)]);
  return Buffer.concat([head, body]);
}
const short = ['', 'short', 'é'.repeat(60), 'x'.repeat(125), 'y'.repeat(126)];
const long = ['z'.repeat(70_000), 'after'];

test.each([
  [1, short],
  [2, short],
  [7, short],
  [1_000, [...short, ...long]],
  [1_000_000, [...short, ...long]],
])('texts come whole from pieces of %i bytes', (size, texts) => {
  const bytes = Buffer.concat(texts.flatMap((text) => [serverFrame(text), serverFrame('', 0x89)]));
  const read: string[] = [];
  let pings = 0;
  const reader = new FrameReader(
    (buffer, start, end) => read.push(buffer.toString('utf8', start, end)),
    () => pings++,
  );
  // One buffer for all input, as the connections have it.
  const shared = Buffer.alloc(Math.min(size, bytes.length));
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(shared, 0, at, at + size);
    reader.push(shared.subarray(0, length));
  }
  expect(read).toEqual(texts);
  expect(pings).toBe(texts.length);
});

test('a close, a binary, a masked and a compressed frame are refused', () => {
  const push = (bytes: Buffer) => () => new FrameReader(() => {}).push(bytes);
  expect(push(serverFrame('', 0x88))).toThrow('Closed');
  expect(push(serverFrame('a', 0x82))).toThrow('unexpected');
  expect(push(serverFrame('a', 0xc1))).toThrow('unexpected');
  expect(push(clientFrame('a'))).toThrow('masked');
});

test("a client's frame has its length, a mask of nothing, and the text", () => {
  expect([...clientFrame('hi')]).toEqual([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]);
  const long = clientFrame('x'.repeat(300));
  expect([...long.subarray(0, 8)]).toEqual([0x81, 0xfe, 1, 44, 0, 0, 0, 0]);
  expect(long.length).toBe(308);
});
