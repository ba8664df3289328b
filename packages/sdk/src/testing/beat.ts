import { TIMES } from '@dream-studio/contracts';
import type { Activity } from './activity.js';
import type { Clock } from './clock.js';
import type { Connections } from './connections.js';
import type { Hub } from './hub.js';
import { existing, type State } from './state.js';

interface BeatDeps {
  state: State;
  connections: Connections;
  hub: Hub;
  clock: Clock;
  activity: Activity;
}

/** Tells sockets at a steady pace what they may have missed: where the logs of the rooms are that they have entered. */
export interface Beat {
  /** There is a connection: it beats from now on, until there is none. */
  start(): void;
}

export function createBeat({ state, connections, hub, clock, activity }: BeatDeps): Beat {
  let isBeating = false;

  const beat = () => {
    const all = [...connections];
    isBeating = false;
    if (all.length === 0) return;
    activity.retell();
    const inside = all.filter(({ rooms }) => rooms.size > 0);
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
