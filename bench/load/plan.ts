import type { Dialect } from './client.js';
import type { Faults } from './room.js';

/** What a load process is told. */
export interface LoadPlan {
  readonly port: number;
  readonly dialect: Dialect;
  readonly rooms: readonly LoadRoom[];
  /** In all texts: a run of its own in the database. */
  readonly tag: string;
  /** Sends outstanding in each room; or one send a room every so many milliseconds, whatever is outstanding. */
  readonly rate: { readonly window: number } | { readonly everyMs: number };
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Processes whose CPU time is taken, with all that descend from them. */
  readonly serverPid: number;
  readonly databasePid: number | undefined;
}

export interface LoadRoom {
  readonly id: number;
  readonly members: readonly { readonly userId: number; readonly token: string }[];
}

/** What it answers. Rates and CPU are those of the measured time, faults and acks those of all. */
export interface LoadResult {
  readonly seconds: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly serverCpuSeconds: number;
  readonly databaseCpuSeconds: number;
  /** Of the load process itself. Near `seconds`, it is what bounds the figures. */
  readonly loadCpuSeconds: number;
  /** From the send of a message until its last receiver has it. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly faults: Faults;
  /** A refusal in the server's words, if there was any. */
  readonly refusal?: string;
  /** `room.number` of each message that was acknowledged. */
  readonly acked: readonly string[];
}
