import { BOUNDS } from '@dream-studio/contracts/limits';
import { select } from '../store/readable.js';
import type { LiveContext } from './context.js';
import type { Presence } from './types.js';

export const createPresence = ({ state, dispatch, operations }: LiveContext): Presence => ({
  ...select(state, ({ presence }) => presence),
  ask: async (roomId, userIds) => {
    try {
      const presence = await operations.presence.list({ roomId, userIds: userIds.slice(0, BOUNDS.userIdsMax) });
      dispatch({ type: 'presence.seen', presence });
    } catch {
      // It is a nicety; whoever needs it asks again.
    }
  },
});
