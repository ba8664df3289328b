import { BOUNDS } from '@dream-studio/contracts/limits';
import { toChatError } from '../errors.js';
import { entryNames } from '../generated/events.js';
import type { ChatAction } from '../store/chat-state.js';
import type { LiveContext } from './context.js';
import { readPages } from './pages.js';

const MEMBERS_MAX = 1_000;
/** Loads what is known of one room, and keeps events that come meanwhile from being undone by what was read before. */
export const createHistory = ({ state, dispatch, operations }: LiveContext, roomId: number) => {
  const entry = () => state.get().entries[roomId];
  /** Events since the oldest request under way; null when there is none. */
  let since: ChatAction[] | null = null;
  let requests = 0;
  let latest = 0;

  const request = async <T>(ask: () => Promise<T>, then: (answer: T) => void): Promise<void> => {
    since ??= [];
    requests += 1;
    try {
      then(await ask());
      // Events may come twice: the page may have them in already.
      for (const action of since ?? []) dispatch(action);
    } finally {
      requests -= 1;
      if (requests === 0) since = null;
    }
  };

  const loadsOlder = (loadingOlder: boolean) => dispatch({ type: 'room.changed', roomId, change: { loadingOlder } });

  /** Resolves with whether the newest page is there. */
  const newest = async (): Promise<boolean> => {
    const mine = ++latest;
    dispatch({ type: 'history.unready', roomId, status: 'loading', error: null });
    try {
      await request(
        () => operations.messages.list({ roomId, limit: BOUNDS.pageDefault }),
        // A later request knows better.
        (page) => mine === latest && dispatch({ type: 'history.newest', roomId, ...page }),
      );
      return mine === latest;
    } catch (cause) {
      const error = toChatError(cause);
      if (error.code === 'NOT_A_MEMBER') dispatch({ type: 'room.gone', roomId, error });
      else if (mine === latest) dispatch({ type: 'history.unready', roomId, status: 'failed', error });
      return false;
    }
  };

  /** Those of a large room only in part. Rejects with a `ChatError`. */
  const members = () =>
    request(
      () => readPages((from) => operations.members.list({ roomId, limit: BOUNDS.pageMax, ...from }), MEMBERS_MAX),
      ({ items }) => dispatch({ type: 'room.changed', roomId, change: { members: items } }),
    );

  return {
    /** Something about the room has been applied. */
    follow: (action: ChatAction) => {
      // A page that was asked for before an entry of the log may lack it.
      if (action.type !== 'event' || entryNames.includes(action.event)) since?.push(action);
    },

    /** The newest page, in place of what is there, and the members. Resolves with whether all of it is there. */
    load: async (): Promise<boolean> => {
      const [hasPage, hasMembers] = await Promise.all([
        newest(),
        // Names are a nicety: without them the room is still there.
        members().then(
          () => true,
          () => false,
        ),
      ]);
      return hasPage && hasMembers;
    },

    older: async () => {
      const { olderCursor, loadingOlder } = entry() ?? {};
      if (typeof olderCursor !== 'number' || loadingOlder) return;
      loadsOlder(true);
      try {
        await request(
          () => operations.messages.list({ roomId, before: olderCursor }),
          (page) => {
            // Meanwhile the history may have been replaced.
            if (entry()?.olderCursor === olderCursor) dispatch({ type: 'older.loaded', roomId, ...page });
            else loadsOlder(false);
          },
        );
      } catch (cause) {
        loadsOlder(false);
        throw toChatError(cause);
      }
    },
  };
};
