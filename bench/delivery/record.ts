/** A message as an app was given it. Times are milliseconds since the epoch. */
export interface Delivery {
  readonly text: string;
  /** Its number in the room, as the server counts. */
  readonly order: number;
  readonly at: number;
}

/** A time without a connection. */
export interface Absence {
  readonly from: number;
  /** null while it lasts. */
  to: number | null;
}

/** A message that a client was told to send. */
export interface Sent {
  readonly room: number;
  readonly text: string;
  readonly at: number;
}

/** What happened to one client, as its app saw it. */
export class ClientRecord {
  readonly room: number;
  readonly deliveries: Delivery[] = [];
  readonly absences: Absence[] = [];
  /** What a list that the client keeps of the messages shows at the end; null where it keeps none. */
  list: readonly string[] | null = null;
  /** Texts of messages that were given up. */
  readonly failedSends = new Set<string>();

  constructor(room: number) {
    this.room = room;
  }

  delivered(text: string, order: number, at = Date.now()): void {
    this.deliveries.push({ text, order, at });
  }

  disconnected(at = Date.now()): void {
    if (this.absences.at(-1)?.to !== null) this.absences.push({ from: at, to: null });
  }

  connected(at = Date.now()): void {
    const last = this.absences.at(-1);
    if (last?.to === null) last.to = at;
  }
}
