import { Transform } from 'node:stream';

const END_OF_HEADERS = '\r\n\r\n';

/** Where a WebSocket frame of a server ends and its payload begins; null when the bytes do not hold all of it yet. */
function frameAt(bytes: Buffer): { payloadStart: number; end: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] as number) & 0x7f;
  const payloadStart = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < payloadStart) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  return bytes.length < payloadStart + length ? null : { payloadStart, end: payloadStart + length };
}

/**
 * Lets what a server says on one connection through, but for WebSocket frames whose text `isLost`: nobody learns of those.
 * For frames that are not compressed.
 */
export function createFrameDropper(isLost: (text: string) => boolean): Transform {
  let upgraded = false;
  let rest: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      rest = Buffer.concat([rest, chunk]);
      if (!upgraded) {
        const headersEnd = rest.indexOf(END_OF_HEADERS);
        if (headersEnd < 0) return done();
        upgraded = rest.subarray(0, headersEnd).includes(' 101 ');
        const end = upgraded ? headersEnd + END_OF_HEADERS.length : rest.length;
        this.push(rest.subarray(0, end));
        rest = rest.subarray(end);
      }
      for (let frame = frameAt(rest); frame; frame = frameAt(rest)) {
        if (!isLost(rest.subarray(frame.payloadStart, frame.end).toString())) this.push(rest.subarray(0, frame.end));
        rest = rest.subarray(frame.end);
      }
      done();
    },
  });
}
