import { describe, expectTypeOf, test } from 'vitest';
import type {
  ChatClient,
  ChatError,
  ConnectionState,
  LiveRoom,
  LoadStatus,
  Member,
  Room,
  TimelineMessage,
  User,
} from '../index.js';
import {
  ChatClientProvider,
  ChatRoomProvider,
  useChatClient,
  useChatConnection,
  useLastSeen,
  useMe,
  useMembers,
  useMessages,
  useOnline,
  usePresence,
  useRoom,
  useRoomSnapshot,
  useRooms,
  useSocketIO,
  useTyping,
  useUnread,
} from './index.js';

// Types alone: nothing here is run.
describe('hooks', () => {
  test('what they give', () => {
    expectTypeOf(useChatClient()).toEqualTypeOf<ChatClient>();
    expectTypeOf(useChatConnection()).toEqualTypeOf<ConnectionState>();
    expectTypeOf(useMe()).toEqualTypeOf<User | null>();
    expectTypeOf(useRoom()).toEqualTypeOf<LiveRoom>();
    expectTypeOf(useMembers(5)).toEqualTypeOf<readonly Member[]>();
    expectTypeOf(useUnread()).toEqualTypeOf<number>();
    expectTypeOf(useOnline(undefined)).toEqualTypeOf<boolean>();
    expectTypeOf(useLastSeen(5, 7)).toEqualTypeOf<string | null | undefined>();
    expectTypeOf(useRooms().rooms).toEqualTypeOf<readonly Room[]>();
    expectTypeOf(useRooms().loadMore).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(useTyping().typingUsers).toEqualTypeOf<readonly User[]>();
    expectTypeOf(usePresence()).toEqualTypeOf<{ onlineUserIds: readonly number[]; onlineCount: number }>();
    expectTypeOf(useSocketIO(5)).toEqualTypeOf<{
      isConnected: boolean;
      typingUsers: readonly number[];
      onlineUsers: readonly number[];
      emitTyping: (isTyping?: boolean) => void;
    }>();
  });

  test('useMessages: the conversation, and what can be done in it', () => {
    const { messages, status, error, send, remove, retry, edit } = useMessages();
    expectTypeOf(messages).toEqualTypeOf<readonly TimelineMessage[]>();
    expectTypeOf(status).toEqualTypeOf<LoadStatus>();
    expectTypeOf(error).toEqualTypeOf<ChatError | null>();
    expectTypeOf(send('hi')).toEqualTypeOf<string>();
    // @ts-expect-error no text
    send(5);
    // @ts-expect-error the server's own type of message
    send({ content: '', type: 'SYSTEM' });
    // @ts-expect-error not sent yet: it has no id
    void remove(messages[0]?.id ?? null);
    // @ts-expect-error tried again by its clientId
    retry(1);
    // @ts-expect-error no text
    void edit(1);
    // @ts-expect-error no such state
    void (messages[0]?.status === 'delivered');
  });

  test('useRoomSnapshot: the type of what is picked', () => {
    expectTypeOf(useRoomSnapshot(({ room }) => room?.name)).toEqualTypeOf<string | undefined>();
    expectTypeOf(useRoomSnapshot(({ messages }) => messages.length, 5)).toEqualTypeOf<number>();
    // @ts-expect-error nothing of that name
    useRoomSnapshot(({ title }) => title);
  });

  test('wrong ids and missing props', () => {
    // @ts-expect-error ids are numbers
    useMessages('5');
    // @ts-expect-error of which room?
    useLastSeen(7);
    // @ts-expect-error no such option
    useSocketIO(5, { enable: true });
    // @ts-expect-error no client
    ChatClientProvider({ children: null });
    // @ts-expect-error ids are numbers
    ChatRoomProvider({ roomId: '5', children: null });
  });
});
