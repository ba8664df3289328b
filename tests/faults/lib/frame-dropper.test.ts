import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createFrameDropper } from './frame-dropper.js';

const HEADERS = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';

function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  if (length < 65_536) return Buffer.concat([Buffer.from([0x81, 126, length >> 8, length & 0xff]), payload]);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(0x817f);
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

async function pass(bytes: Buffer, chunkBytes: number): Promise<Buffer> {
  const dropper = createFrameDropper((text) => text.startsWith('lost'));
  const out: Buffer[] = [];
  dropper.on('data', (chunk) => out.push(chunk));
  for (let at = 0; at < bytes.length; at += chunkBytes) dropper.write(bytes.subarray(at, at + chunkBytes));
  dropper.end();
  await once(dropper, 'end');
  return Buffer.concat(out);
}

const sizes = [10, 125, 126, 65_535, 65_536];

test.each([1, 7, 1_000_000])(
  'frames that are lost are gone, all others are as they were, in chunks of %i bytes',
  async (chunkBytes) => {
    const kept = sizes.map((size) => frame('k'.repeat(size)));
    const lost = sizes.map((size) => frame(`lost${'x'.repeat(size)}`));
    const all = kept.flatMap((one, i) => [one, lost[i] as Buffer]);
    const passed = await pass(Buffer.concat([Buffer.from(HEADERS), ...all]), chunkBytes);
    expect(passed.equals(Buffer.concat([Buffer.from(HEADERS), ...kept]))).toBe(true);
  },
);

test('what is no WebSocket passes', async () => {
  const answer = Buffer.from('HTTP/1.1 200 OK\r\n\r\nlost is only a word here');
  expect((await pass(answer, 1_000)).equals(answer)).toBe(true);
});
