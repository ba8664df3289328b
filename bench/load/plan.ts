import type { Dialect } from './client.js';
import type { Faults } from './room.js';

/** What a load process is told. */
export type LoadPlan = (RoomsPlan | RequestsPlan) & {
  readonly port: number;
  /** In all texts: a run of its own in the database. */
  readonly tag: string;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Processes whose CPU time is taken, with all that descend from them. */
  readonly serverPid: number;
  readonly databasePid: number | undefined;
};

/** Members of rooms, connected, send in turn. */
export interface RoomsPlan {
  readonly kind: 'rooms';
  readonly dialect: Dialect;
  readonly rooms: readonly LoadRoom[];
  /** Sends outstanding in each room; or one send a room every so many milliseconds, whatever is outstanding. */
  readonly rate: { readonly window: number } | { readonly everyMs: number };
}

export interface LoadRoom {
  readonly id: number;
  readonly members: readonly { readonly userId: number; readonly token: string }[];
}

/** Each of these again and again over a connection of its own, with the text as its `content`. */
export interface RequestsPlan {
  readonly kind: 'requests';
  readonly requests: readonly LoadRequest[];
}

export interface LoadRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What else the body holds. */
  readonly body: object;
}

/** What it answers. Rates and CPU are those of the measured time, faults and acks those of all. */
export interface LoadResult extends Measured {
  /** From the send of a message until its last receiver has it, or until the answer to its request. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly faults: Faults;
  /** A refusal in the server's words, if there was any. */
  readonly refusal: string | undefined;
  /** `room.number` of each message that was acknowledged. */
  readonly acked: readonly string[];
}

export interface Measured {
  readonly seconds: number;
  readonly messages: number;
  /** 0 for requests. */
  readonly deliveries: number;
  readonly serverCpuSeconds: number;
  readonly databaseCpuSeconds: number;
  /** Of the load process itself. Near `seconds`, it is what bounds the figures. */
  readonly loadCpuSeconds: number;
}
