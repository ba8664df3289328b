import type { ClientRecord } from './record.js';

/** A chat server with what it needs, and how a client of it is made. It and its processes end with the scope. */
export interface ChatSystem extends AsyncDisposable {
  readonly name: string;
  /** Connects a client to its room; resolves when the room's messages reach it. What happens to it goes to the record. */
  open(client: number, record: ClientRecord): Promise<ChatSystemClient>;
  /** So far. */
  usage(): Usage;
}

export interface ChatSystemClient {
  /** As an app does it, whether there is a connection or not. */
  send(text: string): void;
  /** Cuts the connection; none can be made for that long. */
  cut(awayMs: number): void;
  close(): void;
}

export interface Usage {
  readonly serverCpuSeconds: number;
  /** 0 where there is no database. */
  readonly databaseCpuSeconds: number;
  readonly serverPeakRssMb: number;
}
