import { once } from 'node:events';
import type { ConnectionsPlan, LoadPlan } from './plan.js';
import { runConnections } from './run-connections.js';
import { runRequests } from './run-requests.js';
import { runRooms } from './run-rooms.js';

/** A process that puts a server under load: says `ready`, is told a plan, answers with its result. */
process.channel?.ref();
const told = once(process, 'message') as Promise<[LoadPlan | ConnectionsPlan]>;
process.send?.('ready');
const [plan] = await told;
const result = await run(plan);
process.send?.(result, () => process.exit(0));

function run(plan: LoadPlan | ConnectionsPlan): Promise<object> {
  if (plan.kind === 'connections') return runConnections(plan);
  return plan.kind === 'rooms' ? runRooms(plan) : runRequests(plan);
}
