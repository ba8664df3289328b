import type { Dialect } from './client.js';
import type { Faults } from './room.js';

/** What a load process is told. */
export type LoadPlan = (RoomsPlan | RequestsPlan) & {
  readonly port: number;
  /** In all texts: a run of its own in the database. */
  readonly tag: string;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Processes whose CPU time is taken, with all that descend from them; that of the servers together. */
  readonly serverPids: readonly number[];
  readonly databasePid: number | undefined;
  readonly redisPid?: number;
};

/** Members of rooms connect, all of a step at once, and idle. */
export interface ConnectionsPlan {
  readonly kind: 'connections';
  readonly port: number;
  readonly dialect: Dialect;
  readonly rooms: readonly LoadRoom[];
  readonly tag: string;
  /** How many are connected after each step. */
  readonly steps: readonly number[];
  /** After each step. */
  readonly idleMs: number;
  /** When all are closed: until everyone is offline, where what that takes is to be measured. */
  readonly leaveMs?: number;
  readonly serverPids: readonly number[];
  readonly databasePid: number | undefined;
  readonly redisPid?: number;
}

/** CPU time of all servers, of the database and of Redis. */
export interface CpuSeconds {
  readonly serverCpuSeconds: number;
  readonly databaseCpuSeconds: number;
  readonly redisCpuSeconds: number;
}

export interface ConnectionsResult {
  readonly steps: readonly ConnectionsStep[];
  /** Connections that were refused, or ended before they were closed, and why the first. */
  readonly dropped: number;
  readonly reason: string | undefined;
  /** Who was to get the message at the end, and who has. */
  readonly audience: number;
  readonly delivered: number;
  /** Connections the server still had when all were closed. */
  readonly leftOpen: number;
  /** From closing all until everyone is offline. */
  readonly leaving: CpuSeconds;
}

export interface ConnectionsStep extends CpuSeconds {
  /** In all. */
  readonly sockets: number;
  /** In this step: until each was connected and in its room. */
  readonly connected: number;
  readonly seconds: number;
  /** Of the servers, when they had idled. */
  readonly rssKb: number;
}

/** Members of rooms, connected, send in turn. */
export interface RoomsPlan {
  readonly kind: 'rooms';
  readonly dialect: Dialect;
  readonly rooms: readonly LoadRoom[];
  /** Sends outstanding in each room; or one send a room every so many milliseconds, room after room, whatever is outstanding. */
  readonly rate: { readonly window: number } | { readonly everyMs: number };
}

export interface LoadRoom {
  readonly id: number;
  readonly members: readonly LoadMember[];
}

export interface LoadMember {
  readonly userId: number;
  readonly token: string;
  /** Of the server it connects to, where that is not the plan's. */
  readonly port?: number;
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
  /** 0 where there is none. */
  readonly redisCpuSeconds: number;
  /** Of the load process itself. Near `seconds`, it is what bounds the figures. */
  readonly loadCpuSeconds: number;
}
