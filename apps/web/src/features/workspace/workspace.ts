import { type ChatClient, isChatError, type User } from '@dream-studio/sdk';
import { createMembersStore } from '@/features/members/members.store';
import { createMessagesStore } from '@/features/messages/messages.store';
import { createPresenceStore } from '@/features/presence/presence.store';
import { createEnteredRooms } from '@/features/rooms/entered-rooms';
import { createRoomsStore } from '@/features/rooms/rooms.store';
import { createTypingStore } from '@/features/typing/typing.store';
import { errorText } from '@/lib/errors';
import { showToast } from '@/ui/toaster';

/** Rooms listened to from the start: half of what the limit on joins allows in a minute. */
const LIVE_ROOMS = 30;

export type Workspace = ReturnType<typeof createWorkspace>;

/** Everything one signed-in user sees, and the rules that tie the features together. */
export function createWorkspace(chat: ChatClient, me: User, onUnauthorized: () => void) {
  let stopped = false;
  /** For what nobody asked for in so many words: only the end of the session is worth a word. */
  const quietly = (error: unknown) => {
    if (!stopped && isChatError(error, 'UNAUTHENTICATED')) onUnauthorized();
  };
  const report = (error: unknown) => {
    quietly(error);
    if (!stopped && !isChatError(error, 'UNAUTHENTICATED')) showToast(errorText(error), 'error');
  };

  const presence = createPresenceStore(chat, me.id, quietly);
  const typing = createTypingStore(chat, me.id);
  const members = createMembersStore(chat, me.id, quietly);
  const messages = createMessagesStore(chat, report);
  const rooms = createRoomsStore({
    chat,
    userId: me.id,
    report: quietly,
    onRemoved: (room) => showToast(`You were removed from ${room.name}.`),
  });
  const entered = createEnteredRooms(chat, (entry) => {
    rooms.put(entry.room);
    presence.seen(entry.room.id, entry);
    typing.seen(entry.room.id, entry.typingUserIds);
    // The list shows who is at the other end of a direct room.
    if (entry.room.type === 'DIRECT') members.load(entry.room.id).catch(quietly);
  });
  let openRoomId: number | null = null;

  const enterRecent = () => {
    for (const room of rooms.state.get().rooms.slice(0, LIVE_ROOMS)) void entered.enter(room.id);
  };

  /** Catches up with what was missed while there was no connection. */
  const resume = async () => {
    presence.reset();
    typing.clear();
    for (const roomId of entered.ids()) void presence.refresh(roomId);
    void messages.resume(openRoomId);
    if (openRoomId !== null) {
      members.load(openRoomId).catch(quietly);
      void entered.enter(openRoomId);
    }
    await rooms.load();
    enterRecent();
  };

  return {
    chat,
    me,
    presence,
    typing,
    members,
    messages,
    rooms,
    report,

    /** Shows a room. Its history comes at once, and again when its events follow, so that none falls in between. */
    open(roomId: number | null) {
      openRoomId = roomId;
      if (roomId === null) return;
      void messages.load(roomId);
      members.load(roomId).catch(quietly);
      if (!entered.has(roomId)) void entered.enter(roomId).then(() => messages.load(roomId));
    },

    /** Connects and follows the events; returns what ends both. */
    start() {
      const endings = [rooms, messages, members, presence, typing].flatMap((store) => store.listen());
      endings.push(
        // Entering answers with the room, so that it is in the list and live at once.
        chat.on('member:added', ({ roomId, userId }) => {
          if (userId === me.id) void entered.enter(roomId);
        }),
        chat.on('member:removed', ({ roomId, userId }) => {
          if (userId === me.id) entered.forget(roomId);
        }),
        chat.onStateChange((state) => {
          if (state === 'connected') void resume();
          if (state === 'unauthorized' && !stopped) onUnauthorized();
        }),
        entered.stop,
        chat.close,
      );
      void rooms.load();
      void chat.connect();
      return () => {
        stopped = true;
        for (const end of endings) end();
      };
    },
  };
}
