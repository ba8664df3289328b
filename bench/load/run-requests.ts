import { performance } from 'node:perf_hooks';
import { HttpConnection } from './http.js';
import { Measurement } from './measure.js';
import type { LoadPlan, LoadRequest, LoadResult, RequestsPlan } from './plan.js';
import { noFaults } from './room.js';
import { textOf } from './text.js';

/** All texts are of the room 0. */
export async function runRequests(plan: LoadPlan & RequestsPlan): Promise<LoadResult> {
  const measurement = new Measurement();
  const acked: string[] = [];
  const faults = noFaults();
  let refusal: string | undefined;
  let next = 0;
  let isOver = false;
  const repeat = async ({ path, headers, body }: LoadRequest) => {
    const connection = new HttpConnection(plan.port);
    while (!isOver) {
      const number = next++;
      const sentAt = performance.now();
      const content = textOf(0, number, plan.tag);
      const response = await connection.post(path, headers, JSON.stringify({ ...body, content, type: 'TEXT' }));
      measurement.took(sentAt, performance.now());
      if (response.status === 200 || response.status === 201) acked.push(`0.${number}`);
      else {
        faults.refused += 1;
        refusal ??= `${response.status} ${response.body}`;
      }
    }
    connection.close();
  };
  const all = Promise.all(plan.requests.map(repeat));
  const measured = await Promise.race([
    measurement.run(plan, () => ({ messages: acked.length, deliveries: 0 })),
    all.then(() => Promise.reject(new Error('No requests'))),
  ]);
  isOver = true;
  await all;
  return { ...measured, latencyMs: measurement.latencies(), faults, refusal, acked };
}
