import { once } from 'node:events';
import { join } from 'node:path';
import type { Processes } from '../../scripts/lib/processes.js';
import { root } from '../../scripts/lib/settings.js';
import { LOAD_CORE, pin } from '../lib/cores.js';
import type { LoadPlan, LoadResult } from './plan.js';

/** Puts a server under load from a process of its own. Rejects when that process fails, or everything is to end. */
export async function runLoad(processes: Processes, plan: LoadPlan): Promise<LoadResult> {
  const child = processes.start({
    name: 'load',
    args: ['--import', 'tsx', join(import.meta.dirname, 'main.ts')],
    cwd: root,
    env: { PATH: process.env.PATH },
    mayEnd: true,
    stateless: true,
  });
  pin(child.pid as number, LOAD_CORE);
  const exit = once(child, 'exit').then(() => [undefined]);
  const message = () => Promise.race([once(child, 'message'), exit]);
  await message(); // `ready`
  const answer = message();
  child.send(plan, () => {});
  const [result] = await answer;
  await exit;
  processes.stopping.throwIfAborted();
  if (!result) throw new Error('The load process failed');
  return result as LoadResult;
}
