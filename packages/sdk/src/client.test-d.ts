import { describe, expectTypeOf, test } from 'vitest';
import {
  type ChatError,
  type ChatEvents,
  type ConnectionState,
  createChatClient,
  type ErrorBody,
  type ErrorCode,
  type EventName,
  isChatError,
  type LiveRoom,
  type Message,
  type OperationName,
  type Output,
  type Payload,
  type Room,
  type RoomSnapshot,
  type User,
} from './index.js';

const chat = createChatClient({ url: 'http://localhost:3001' });

describe('calls', () => {
  test('each operation is a method with the input and output of its row', () => {
    expectTypeOf(chat.messages.create).parameter(0).toHaveProperty('content').toEqualTypeOf<string>();
    expectTypeOf(chat.messages.create).returns.resolves.toEqualTypeOf<Message>();
    expectTypeOf(chat.rooms.create).returns.resolves.toEqualTypeOf<Room>();
    expectTypeOf(chat.rooms.list({})).resolves.toEqualTypeOf<Output<'room.list'>>();
    expectTypeOf<Parameters<typeof chat.call>[0]>().toEqualTypeOf<OperationName>();
  });

  test('a call by name is the same call', () => {
    expectTypeOf(chat.call('message.create', { roomId: 1, content: 'hi' })).resolves.toEqualTypeOf<Message>();
    // @ts-expect-error no such operation
    void chat.call('message.post', { roomId: 1, content: 'hi' });
    // @ts-expect-error the input of another operation
    void chat.call('message.create', { name: 'Tea' });
  });

  test('what is wrong, missing or too much does not compile', () => {
    // @ts-expect-error ids are numbers
    void chat.rooms.get({ roomId: '1' });
    // @ts-expect-error no roomId
    void chat.messages.create({ content: 'hi' });
    // @ts-expect-error no content
    void chat.messages.create({ roomId: 1 });
    // @ts-expect-error no input at all
    void chat.rooms.get();
    // @ts-expect-error a field that is not there
    void chat.messages.create({ roomId: 1, content: 'hi', text: 'hi' });
    // @ts-expect-error the server's own type of message
    void chat.messages.create({ roomId: 1, content: '', type: 'SYSTEM' });
    // @ts-expect-error no such role
    void chat.members.setRole({ roomId: 1, userId: 2, role: 'BOSS' });
    // @ts-expect-error no such method
    void chat.messages.post({ roomId: 1, content: 'hi' });
    // @ts-expect-error no such option
    void chat.rooms.list({}, { timeout: 5 });
  });

  test('a client needs a url, and knows its options', () => {
    // @ts-expect-error no url
    createChatClient({ token: 'abc' });
    // @ts-expect-error a token is a text
    createChatClient({ url: '', token: 5 });
    // @ts-expect-error a function makes tokens, not null
    createChatClient({ url: '', getToken: async () => null });
    // @ts-expect-error no such namespace
    createChatClient({ url: '', namespace: '/talk' });
  });
});

describe('events', () => {
  test('there is a handler for each event, and the error event has two arguments', () => {
    expectTypeOf<keyof ChatEvents>().toEqualTypeOf<EventName | 'error'>();
    chat.on('message:new', (message) => expectTypeOf(message).toEqualTypeOf<Message>());
    chat.on('user:typing', (typing) => expectTypeOf(typing).toEqualTypeOf<Payload<'user:typing'>>());
    chat.on('error', (text, body) => {
      expectTypeOf(text).toEqualTypeOf<string>();
      expectTypeOf(body).toEqualTypeOf<ErrorBody>();
    });
    expectTypeOf(chat.on('server:hello', () => undefined)).toEqualTypeOf<() => void>();
  });

  test('an unknown event, and a handler for another payload, do not compile', () => {
    // @ts-expect-error no such event
    chat.on('message:newer', () => undefined);
    // @ts-expect-error messages have no such field
    chat.on('message:new', (message) => message.text);
    // @ts-expect-error a handler of rooms
    chat.on('message:new', (room: Room) => room.name);
  });
});

describe('errors', () => {
  test('the codes are a closed set', () => {
    const error = new Error() as ChatError;
    expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
    // @ts-expect-error no such code
    void (error.code === 'TOO_FAST');
    // @ts-expect-error no such code
    isChatError(error, 'TOO_FAST');
    // @ts-expect-error no such field
    void error.status;
    const words: Record<ErrorCode, string> = {
      BAD_INPUT: '',
      UNAUTHENTICATED: '',
      FORBIDDEN: '',
      NOT_A_MEMBER: '',
      NOT_FOUND: '',
      CONFLICT: '',
      PAYLOAD_TOO_LARGE: '',
      RATE_LIMITED: '',
      UNAVAILABLE: '',
      INTERNAL: '',
    };
    expectTypeOf(words[error.code]).toEqualTypeOf<string>();
  });

  test('a caught value is narrowed', () => {
    const caught: unknown = undefined;
    // @ts-expect-error not narrowed yet
    void caught.code;
    if (isChatError(caught)) {
      expectTypeOf(caught).toEqualTypeOf<ChatError>();
      expectTypeOf(caught.retryAfterMs).toEqualTypeOf<number | undefined>();
    }
  });
});

describe('live state', () => {
  test('is readable, and read only', () => {
    expectTypeOf(chat.connection.get()).toEqualTypeOf<ConnectionState>();
    expectTypeOf(chat.me.get()).toEqualTypeOf<User | null>();
    expectTypeOf(chat.room(5)).toEqualTypeOf<LiveRoom>();
    expectTypeOf(chat.room(5).get()).toEqualTypeOf<RoomSnapshot>();
    // @ts-expect-error no such state
    void (chat.connection.get() === 'online');
    // @ts-expect-error ids are numbers
    chat.room('5');
    // @ts-expect-error snapshots are not written to
    chat.room(5).get().messages.push();
    // @ts-expect-error replaced by the client alone
    chat.connection = chat.me;
  });

  test('a send is a text, or a text with more', () => {
    expectTypeOf(chat.room(5).send('hi')).toEqualTypeOf<string>();
    chat.room(5).send({ content: 'A picture', type: 'IMAGE', fileUrl: 'https://example.com/a.png' });
    // @ts-expect-error no text
    chat.room(5).send(5);
    // @ts-expect-error a file needs a text with it
    chat.room(5).send({ fileUrl: 'https://example.com/a.png' });
    // @ts-expect-error the server's own type of message
    chat.room(5).send({ content: '', type: 'SYSTEM' });
    // @ts-expect-error messages are named by the id of what was sent
    chat.room(5).retry(5);
  });
});
