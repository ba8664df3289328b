import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../lib/figures.js';
import { cpuSeconds } from '../lib/process-usage.js';
import type { LoadPlan, LoadResult, Measured } from './plan.js';

/** However busy the machine is: the first answers of a server take longest. Not where few are sent. */
const WARM_UP_MESSAGES = 200;
const WARM_UP_MAX_MS = 10_000;

/** The time that is measured, after warming up: what was done in it, and how long that took which began in it. */
export class Measurement {
  readonly #latencies: number[] = [];
  #from = Number.POSITIVE_INFINITY;
  #to = Number.POSITIVE_INFINITY;

  took(sentAt: number, doneAt: number): void {
    if (sentAt >= this.#from && sentAt < this.#to) this.#latencies.push(doneAt - sentAt);
  }

  latencies(): LoadResult['latencyMs'] {
    return { p50: percentile(this.#latencies, 50), p99: percentile(this.#latencies, 99) };
  }

  async run(plan: LoadPlan, countsNow: () => { messages: number; deliveries: number }): Promise<Measured> {
    const now = () => ({
      at: performance.now(),
      ...countsNow(),
      server: plan.serverPids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
      database: plan.databasePid === undefined ? 0 : cpuSeconds(plan.databasePid),
      redis: plan.redisPid === undefined ? 0 : cpuSeconds(plan.redisPid),
      load: process.cpuUsage(),
    });
    await sleep(plan.warmUpMs);
    const enough = plan.kind === 'rooms' && 'everyMs' in plan.rate ? 0 : WARM_UP_MESSAGES;
    const deadline = performance.now() + WARM_UP_MAX_MS;
    while (countsNow().messages < enough && performance.now() < deadline) await sleep(20);
    const before = now();
    this.#from = before.at;
    await sleep(plan.measureMs);
    const after = now();
    this.#to = after.at;
    return {
      seconds: (after.at - before.at) / 1_000,
      messages: after.messages - before.messages,
      deliveries: after.deliveries - before.deliveries,
      serverCpuSeconds: after.server - before.server,
      databaseCpuSeconds: after.database - before.database,
      redisCpuSeconds: after.redis - before.redis,
      loadCpuSeconds: (after.load.user + after.load.system - before.load.user - before.load.system) / 1e6,
    };
  }
}
