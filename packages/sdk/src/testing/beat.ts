import { TIMES } from '@dream-studio/contracts';
import type { Clock } from './clock.js';
import type { Connections } from './connections.js';
import type { Hub } from './hub.js';
import { existing, type State } from './state.js';

interface BeatDeps {
  state: State;
  connections: Connections;
  hub: Hub;
  clock: Clock;
}

/** Tells sockets at a steady pace where the logs of the rooms are that they have entered. */
export interface Beat {
  /** A socket has entered a room: it beats from now on, until no socket is in any. */
  start(): void;
}

export function createBeat({ state, connections, hub, clock }: BeatDeps): Beat {
  let isBeating = false;

  const beat = () => {
    const inside = [...connections].filter(({ rooms }) => rooms.size > 0);
    isBeating = false;
    if (inside.length === 0) return;
    hub.publish(
      inside.map(({ id: socketId, rooms }) => ({
        event: 'room:seq',
        audience: { socketId },
        payload: Object.fromEntries([...rooms].map((roomId) => [roomId, existing(state.rooms, roomId).seq])),
      })),
    );
    start();
  };

  const start = () => {
    if (isBeating) return;
    isBeating = true;
    clock.after(TIMES.beatMs, beat);
  };

  return { start };
}
