import { check } from './check.js';
import { History } from './history.js';
import { seed } from './scale.js';
import type { Store } from './store.js';
import { World, type WorldOptions } from './world.js';

export interface Fault extends Pick<WorldOptions, 'env' | 'failPoints' | 'settleMs' | 'nodes'> {
  /** In the table of faults: `F1`. */
  id: string;
  /** Does the damage, and waits until it is healed. */
  run(world: World): Promise<void>;
}

/**
 * Makes a world over the database, lets the fault happen, and checks what is left. Throws, naming the seed and the file
 * with the history, when the promise is broken; the history of a run that held it is removed.
 */
export async function runFault(store: Store, fault: Fault): Promise<void> {
  const { name, history, problems } = await play(store, fault);
  history.close({ keep: problems.length > 0 });
  if (problems.length === 0) return;
  const some = problems.slice(0, 20).join('\n  ');
  throw new Error(`${name}, seed ${seed}, history in ${history.path}: ${problems.length} problems\n  ${some}`);
}

/** As `runFault`, for a fault that must do harm: returns what the checker found. */
export async function harmOf(store: Store, fault: Fault): Promise<string[]> {
  const { history, problems } = await play(store, { settleMs: 5_000, ...fault });
  history.close({ keep: false });
  return problems;
}

async function play(store: Store, { id, run, ...options }: Fault) {
  const history = new History(`${id}-${store.kind}`);
  const name = `${id} on ${store.kind}`;
  let problems: string[];
  try {
    await using world = await World.start({ name, store, history, ...options });
    await run(world);
    await world.settle();
    const outcome = await world.outcome();
    problems = [...check(outcome), ...world.nodes.flatMap((node) => node.problems)];
    const deaf = history.of('log').filter(({ text }) => text.includes('are not heard')).length;
    const heard = world.nodes.length > 1 ? `, ${deaf} times a node did not hear the others` : '';
    world.print(`${outcome.stored.length} messages, ${history.count('unknown')} sent again${heard}, seed ${seed}`);
  } catch (error) {
    problems = [String((error as Error).stack ?? error)];
  }
  return { name, history, problems };
}
