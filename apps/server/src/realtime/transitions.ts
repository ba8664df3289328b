import type { Place } from './elsewhere.js';

/** What becomes of users by what other nodes tell. */
export interface PeersListener {
  /** Whether this node takes the user for online, here or elsewhere. */
  isOnline(userId: number): boolean;
  cameOnline(userId: number, roomIds: readonly number[], news: { socketId: string; at: string }): void;
  /** `at` is absent when nobody has said so: their node is dead, or this one has not heard it. */
  wentOffline(userId: number, roomIds: readonly number[], at?: string): void;
  /** The node on which the user showed the room is dead. */
  viewLost(roomId: number, userId: number): void;
}

/** Whom many changes together have made online or offline, and in which rooms. */
export class Transitions {
  readonly #listener: PeersListener;
  readonly #users = new Map<number, { was: boolean; roomIds: number[] }>();

  constructor(listener: PeersListener) {
    this.#listener = listener;
  }

  /** Before something about the user changes. */
  note({ roomId, userId, isView }: Place): void {
    if (isView) return;
    const user = this.#users.get(userId) ?? { was: this.#listener.isOnline(userId), roomIds: [] };
    user.roomIds.push(roomId);
    this.#users.set(userId, user);
  }

  tell(): void {
    const at = new Date().toISOString();
    for (const [userId, { was, roomIds }] of this.#users) {
      const is = this.#listener.isOnline(userId);
      if (is && !was) this.#listener.cameOnline(userId, roomIds, { socketId: '', at });
      if (was && !is) this.#listener.wentOffline(userId, roomIds);
    }
  }
}
