import { BOUNDS } from '@dream-studio/contracts';
import type { HttpBindings } from '@hono/node-server';

/** Beyond this nobody is just sending too much: the connection is closed instead of being read off. */
const DRAIN_MAX_BYTES = 32 * 1024 * 1024;

/**
 * Reads a request's body, at most 64 KiB; null when there is more. More is read off before: an answer in the middle of a
 * client's write shows up there as a broken pipe, not as an answer. From Node's own request: to make a web stream of it
 * takes longer than all else that is done for a call.
 */
export async function readBody({ incoming }: HttpBindings): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size <= BOUNDS.bodyMaxBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (size > DRAIN_MAX_BYTES) break;
  }
  return size <= BOUNDS.bodyMaxBytes ? Buffer.concat(chunks) : null;
}
