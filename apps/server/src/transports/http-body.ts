import { BOUNDS } from '@dream-studio/contracts';

/** Beyond this nobody is just sending too much: the connection is closed instead of being read off. */
const DRAIN_MAX_BYTES = 32 * 1024 * 1024;

/**
 * Reads a request's body, at most 64 KiB; null when there is more. More is read off before: an answer in the middle of a
 * client's write shows up there as a broken pipe, not as an answer.
 */
export async function readBody(request: Request): Promise<Buffer | null> {
  if (!request.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size <= BOUNDS.bodyMaxBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (size > DRAIN_MAX_BYTES) break;
  }
  return size <= BOUNDS.bodyMaxBytes ? Buffer.concat(chunks) : null;
}
