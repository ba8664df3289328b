import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Script extends Disposable {
  readonly child: ChildProcess;
  /** The next line of its output; rejects, with what it wrote to stderr, when it ended instead. */
  nextLine(): Promise<string>;
  /** kill -9, and waits until it is gone and reaped. */
  kill(): Promise<void>;
}

/**
 * Runs a program, from its source or from the file that server-bundle.ts has made of it, in a process of its own, which ends
 * with the scope. `wrap` goes before the node command.
 */
export function runScript(file: string, args: readonly string[], wrap: readonly string[] = []): Script {
  const loader = file.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const [command = '', ...rest] = [...wrap, process.execPath, ...loader, file, ...args];
  const child = spawn(command, rest, { cwd: import.meta.dirname, stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    child,
    async nextLine() {
      const { value, done } = await lines.next();
      if (!done) return value;
      await closed;
      throw new Error(`${file} ended: ${errors}`);
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}
