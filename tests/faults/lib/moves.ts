import type { ChatClient } from '@dream-studio/sdk';

/** How clients come from a server that ends to another one. */
export interface Moves {
  /** From when each was to go until it was told by the other server, in milliseconds. */
  readonly ms: readonly number[];
  /** What the users saw of it. */
  readonly states: readonly string[];
  watch(chat: ChatClient): void;
  /** `12 moves, 8 ms (median), 40 ms (longest)`. */
  summary(): string;
}

/** Watch clients that are connected. */
export function watchMoves(): Moves {
  const ms: number[] = [];
  const states: string[] = [];
  return {
    ms,
    states,
    watch(chat) {
      let dueAt = 0;
      chat.on('server:draining', ({ reconnectAfterMs }) => {
        dueAt = performance.now() + reconnectAfterMs;
      });
      chat.on('server:hello', () => {
        if (dueAt > 0) ms.push(performance.now() - dueAt);
        dueAt = 0;
      });
      chat.connection.subscribe(() => states.push(chat.connection.get()));
    },
    summary() {
      const sorted = [...ms].sort((a, b) => a - b).map(Math.round);
      return `${ms.length} moves, ${sorted[Math.floor(ms.length / 2)]} ms (median), ${sorted.at(-1)} ms (longest)`;
    },
  };
}
