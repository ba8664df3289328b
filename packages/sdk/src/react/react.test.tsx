// @vitest-environment happy-dom
import { act, cleanup, configure, render, renderHook, screen, waitFor } from '@testing-library/react';
import { memo, type ReactNode, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createChatClient } from '../client.js';
import type { TimelineMessage } from '../live/types.js';
import { createTestServer, type TestServer } from '../testing/index.js';
import {
  ChatClientProvider,
  ChatRoomProvider,
  useChatConnection,
  useLastSeen,
  useMe,
  useMembers,
  useMessages,
  useOnline,
  usePresence,
  useRooms,
  useSocketIO,
  useTyping,
  useUnread,
} from './index.js';

configure({ asyncUtilTimeout: 20_000 });

const ANN = 1;
const BOB = 2;

let server: TestServer;
beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  server = createTestServer({
    users: [
      { id: ANN, name: 'Ann' },
      { id: BOB, name: 'Bob' },
    ],
    limitFactor: 100,
  });
});
afterEach(() => {
  cleanup();
  server.close();
});

const connect = () => createChatClient(server.connectAs(ANN));
const Page = () => {
  const { messages, status } = useMessages();
  return `${useChatConnection()} ${status} ${messages.length} ${useUnread()} ${useRooms().rooms.length}`;
};

/** What `Row` was rendered with, in order. */
const renders: string[] = [];

const Row = memo(({ message }: { message: TimelineMessage }) => {
  renders.push(message.content);
  return <li>{message.content}</li>;
});

const List = () => (
  <ul>
    {useMessages().messages.map((message) => (
      <Row key={message.key} message={message} />
    ))}
  </ul>
);

const settled = () => act(() => server.settled());

/** Renders inside the providers, StrictMode included: effects run twice. */
const inRoom = (roomId: number, client = connect()) => ({
  client,
  wrapper: ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <ChatClientProvider client={client}>
        <ChatRoomProvider roomId={roomId}>{children}</ChatRoomProvider>
      </ChatClientProvider>
    </StrictMode>
  ),
});

describe('providers', () => {
  test('connect while mounted, once, and disconnect after', async () => {
    const { id } = server.addRoom({ members: [ANN, BOB] });
    const { client, wrapper } = inRoom(id);
    const { result, unmount } = renderHook(useChatConnection, { wrapper });
    await waitFor(() => expect(result.current).toBe('connected'));
    await settled();
    expect(server.state.onlineUserIds).toEqual([ANN]);
    unmount();
    expect(client.connection.get()).toBe('offline');
  });

  test('a hook outside of them says which one is missing', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => renderHook(useRooms)).toThrow('<ChatClientProvider>');
    const client = connect();
    expect(() =>
      renderHook(() => useMessages(), {
        wrapper: ({ children }) => <ChatClientProvider client={client}>{children}</ChatClientProvider>,
      }),
    ).toThrow('<ChatRoomProvider>');
    vi.restoreAllMocks();
  });

  test('on a server the hooks render what is known, and nothing connects', () => {
    const { id } = server.addRoom({ members: [ANN] });
    const { wrapper: Wrapper } = inRoom(id);
    expect(
      renderToString(
        <Wrapper>
          <Page />
        </Wrapper>,
      ),
    ).toBe('offline idle 0 0 0');
    expect(server.received).toEqual([]);
  });
});

describe('useMessages', () => {
  test('shows the history and what comes, sends, edits and removes', async () => {
    const { id } = server.addRoom({ members: [ANN, BOB], messages: [{ from: BOB, content: 'Hello' }] });
    const { wrapper } = inRoom(id);
    const { result } = renderHook(() => useMessages(), { wrapper });
    const texts = () => result.current.messages.map(({ sender, content }) => `${sender.name}: ${content}`);
    await waitFor(() => expect(texts()).toEqual(['Bob: Hello']));
    await waitFor(() => expect(server.state.onlineUserIds).toEqual([ANN]));
    await settled();
    act(() => void result.current.send('Hi Bob'));
    expect(result.current.messages.at(-1)).toMatchObject({ content: 'Hi Bob', sender: { id: ANN, name: 'Ann' } });
    await waitFor(() => expect(result.current.messages.at(-1)?.status).toBe('sent'));
    act(() => void server.call(BOB, 'message.create', { roomId: id, content: 'How are you?' }));
    await waitFor(() => expect(texts()).toEqual(['Bob: Hello', 'Ann: Hi Bob', 'Bob: How are you?']));
    const mine = result.current.messages[1]?.id as number;
    await act(() => result.current.edit(mine, 'Hi, Bob'));
    await waitFor(() => expect(texts()[1]).toBe('Ann: Hi, Bob'));
    await act(() => result.current.remove(mine));
    await waitFor(() => expect(result.current.messages[1]?.deletedAt).not.toBeNull());
  });

  test('a row is not rendered again for the change of another row', async () => {
    const contents = ['one', 'two', 'three'];
    const { id } = server.addRoom({
      members: [ANN, BOB],
      messages: contents.map((content) => ({ from: BOB, content })),
    });
    const client = connect();
    render(
      <ChatClientProvider client={client}>
        <ChatRoomProvider roomId={id}>
          <List />
        </ChatRoomProvider>
      </ChatClientProvider>,
    );
    await screen.findByText('three');
    await waitFor(() => expect(client.connection.get()).toBe('connected'));
    await settled();
    renders.length = 0; // Of the first rendering.
    const { id: messageId } = server.state.messages(id)[1] ?? {};
    act(() => void server.call(BOB, 'message.edit', { messageId: messageId as number, content: 'TWO' }));
    await screen.findByText('TWO');
    act(() => void server.call(BOB, 'message.create', { roomId: id, content: 'four' }));
    await screen.findByText('four');
    act(() => void server.call(BOB, 'typing.start', { roomId: id }));
    await settled();
    expect(renders).toEqual(['TWO', 'four']);
  });

  test('a failed load says why, and reload() tries again', async () => {
    const { id } = server.addRoom({ members: [ANN], messages: [{ from: ANN, content: 'Still here' }] });
    server.faults.fail('message.list', 'UNAVAILABLE', { times: 5 });
    const { wrapper } = inRoom(id);
    const { result } = renderHook(() => useMessages(), { wrapper });
    await waitFor(() => expect(result.current.status).toBe('failed'));
    expect(result.current.error?.code).toBe('UNAVAILABLE');
    await waitFor(async () => {
      await act(() => result.current.reload());
      expect(result.current.messages).toHaveLength(1);
    });
  });
});

describe('the other hooks', () => {
  test('useRooms and useUnread follow rooms that are not open', async () => {
    const open = server.addRoom({ name: 'Open', members: [ANN, BOB] });
    const { wrapper } = inRoom(open.id);
    const { result } = renderHook(() => ({ list: useRooms(), unread: useUnread() }), { wrapper });
    await waitFor(() => expect(result.current.list.status).toBe('ready'));
    const other = server.call(BOB, 'room.create', { name: 'Other', memberIds: [ANN] });
    await waitFor(() => expect(result.current.list.rooms.map(({ name }) => name)).toEqual(['Other', 'Open']));
    server.call(BOB, 'message.create', { roomId: other.id, content: 'Hello' });
    await waitFor(() => expect(result.current.unread).toBe(1));
    const one = renderHook(() => useUnread(other.id), { wrapper });
    await waitFor(() => expect(one.result.current).toBe(1));
  });

  test('useMe, useMembers, usePresence, useOnline and useLastSeen tell who is there', async () => {
    const { id } = server.addRoom({ members: [ANN, BOB] });
    const { wrapper } = inRoom(id);
    const { result } = renderHook(
      () => ({
        me: useMe(),
        members: useMembers(),
        presence: usePresence(),
        bob: useOnline(BOB),
        seen: useLastSeen(id, BOB),
      }),
      { wrapper },
    );
    await waitFor(() => expect(result.current.me?.name).toBe('Ann'));
    await waitFor(() => expect(result.current.members.map(({ user }) => user.name)).toEqual(['Ann', 'Bob']));
    await waitFor(() => expect(result.current.presence).toEqual({ onlineUserIds: [ANN], onlineCount: 1 }));
    await waitFor(() => expect(result.current.seen).toBeNull());
    act(() => server.setOnline(BOB, true));
    await waitFor(() => expect(result.current.bob).toBe(true));
    await waitFor(() => expect(result.current.presence.onlineCount).toBe(2));
  });

  test('useTyping names who is typing', async () => {
    const { id } = server.addRoom({ members: [ANN, BOB] });
    const { client, wrapper } = inRoom(id);
    const { result } = renderHook(() => useTyping(), { wrapper });
    await waitFor(() => expect(client.connection.get()).toBe('connected'));
    await settled();
    act(() => void server.call(BOB, 'typing.start', { roomId: id }));
    await waitFor(() => expect(result.current.typingUsers).toMatchObject([{ id: BOB, name: 'Bob' }]));
    act(() => result.current.typing());
    await waitFor(() => expect(server.state.typingUserIds(id)).toContain(ANN));
    act(() => result.current.stopTyping());
    await waitFor(() => expect(server.state.typingUserIds(id)).not.toContain(ANN));
  });

  test('useSocketIO is what it was, and opens nothing while it is not enabled', async () => {
    const { id } = server.addRoom({ members: [ANN, BOB] });
    const client = connect();
    const heard: string[] = [];
    const onNewMessage = ({ content }: { content: string }) => void heard.push(content);
    const { result, rerender } = renderHook(
      ({ room }: { room: number | undefined }) => useSocketIO(room, { enabled: !!room, onNewMessage }),
      {
        initialProps: { room: undefined as number | undefined },
        wrapper: ({ children }) => <ChatClientProvider client={client}>{children}</ChatClientProvider>,
      },
    );
    await waitFor(() => expect(result.current.isConnected).toBe(true));
    expect(server.received.filter(({ operation }) => operation === 'room.enter')).toEqual([]);
    rerender({ room: id });
    await waitFor(() => expect(result.current.onlineUsers).toEqual([ANN]));
    act(() => void server.call(BOB, 'typing.start', { roomId: id }));
    await waitFor(() => expect(result.current.typingUsers).toEqual([BOB]));
    act(() => void server.call(BOB, 'message.create', { roomId: id, content: 'Hello' }));
    await waitFor(() => expect(heard).toEqual(['Hello']));
    act(() => result.current.emitTyping());
    await waitFor(() => expect(server.state.typingUserIds(id)).toContain(ANN));
  });
});
