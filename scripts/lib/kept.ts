import { spawn } from 'node:child_process';

/** A program of the machine that ends with us, however we end. */
export interface Kept {
  /** All it has said so far. */
  output(): string;
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
}

/** Holds the program's pid; when our end of its stdin closes it ends the program. */
const KEEPER = '"$@" 2>&1 & pid=$!; exec > /dev/null; read -r _; kill -TERM $pid; wait $pid';

/** Starts it. `onEnd` is called when it ends before `stop`. */
export function startKept(command: readonly string[], env: NodeJS.ProcessEnv, onEnd: (said: string) => void): Kept {
  const keeper = spawn('sh', ['-c', KEEPER, 'keeper', ...command], {
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let said = '';
  let isStopping = false;
  keeper.stdout.on('data', (chunk) => {
    said += chunk;
  });
  keeper.stdin.on('error', () => {}); // A keeper that is gone has nothing to keep.
  const closed = new Promise<void>((resolve) => keeper.once('close', () => resolve()));
  // The program alone has the other end.
  keeper.stdout.once('end', () => void (isStopping || onEnd(said)));
  return {
    output: () => said,
    async stop() {
      isStopping = true;
      keeper.stdin.end();
      await closed;
    },
  };
}
