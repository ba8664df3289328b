import { join } from 'node:path';
import { createTokenMint } from '../../apps/server/src/infra/tokens.js';
import { TEST_SECRET } from '../../apps/server/src/test/app.js';
import { runScript } from '../../apps/server/src/test/child.js';

const SERVE = join(import.meta.dirname, '../../apps/server/src/test/serve.ts');
const MB = 1024 * 1024;

/** The real server in a process of its own: it dies of what nobody caught, and its memory is its own. */
export async function startServerProcess() {
  const script = runScript(SERVE, [], ['env', 'NODE_OPTIONS=--conditions=source']);
  const url = await script.nextLine();
  const mint = createTokenMint({ secret: TEST_SECRET });

  /** Rejects, with what it wrote to stderr, when the process has ended. */
  const memory = async (): Promise<{ rss: number; held: number }> => {
    script.child.stdin?.write('\n');
    return JSON.parse(await script.nextLine());
  };
  return {
    url,
    memory,
    async caller(userId: number) {
      return { userId, token: await mint(userId, `User ${userId}`), name: '', sockets: {} };
    },
    /** What the memory grew by since `before`, in MB: in all, and what is still in use. */
    async growth(before: { rss: number; held: number }) {
      const { rss, held } = await memory();
      return { rssMb: (rss - before.rss) / MB, heldMb: (held - before.held) / MB };
    },
    [Symbol.dispose]: () => script[Symbol.dispose](),
  };
}

export type ServerProcess = Awaited<ReturnType<typeof startServerProcess>>;
