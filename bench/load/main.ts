import { once } from 'node:events';
import type { LoadPlan } from './plan.js';
import { runRequests } from './run-requests.js';
import { runRooms } from './run-rooms.js';

/** A process that puts a server under load: says `ready`, is told a {@link LoadPlan}, answers with a LoadResult. */
process.channel?.ref();
const told = once(process, 'message') as Promise<[LoadPlan]>;
process.send?.('ready');
const [plan] = await told;
const result = await (plan.kind === 'rooms' ? runRooms(plan) : runRequests(plan));
process.send?.(result, () => process.exit(0));
