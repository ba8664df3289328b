import { describe, expectTypeOf, test } from 'vitest';
import {
  type ChatEvents,
  createChatClient,
  type ErrorBody,
  type EventName,
  type Message,
  type Output,
} from './index.js';

const chat = createChatClient({ url: 'http://localhost:3001' });

describe('types of the client', () => {
  test('each operation is a method with the input and output of its row', () => {
    expectTypeOf(chat.messages.create).parameter(0).toHaveProperty('content').toEqualTypeOf<string>();
    expectTypeOf(chat.messages.create).returns.resolves.toEqualTypeOf<Message>();
    expectTypeOf(chat.rooms.list({})).resolves.toEqualTypeOf<Output<'room.list'>>();
    // @ts-expect-error ids are numbers
    void chat.rooms.get({ roomId: '1' });
    // @ts-expect-error the server's own type of message
    void chat.messages.create({ roomId: 1, content: '', type: 'SYSTEM' });
  });

  test('a call by name is the same call', () => {
    expectTypeOf(chat.call('message.create', { roomId: 1, content: 'hi' })).resolves.toEqualTypeOf<Message>();
  });

  test('there is a handler for each event, and the error event has two arguments', () => {
    expectTypeOf<keyof ChatEvents>().toEqualTypeOf<EventName | 'error'>();
    chat.on('message:new', (message) => expectTypeOf(message).toEqualTypeOf<Message>());
    chat.on('error', (text, body) => {
      expectTypeOf(text).toEqualTypeOf<string>();
      expectTypeOf(body).toEqualTypeOf<ErrorBody>();
    });
    // @ts-expect-error no such event
    chat.on('message:newer', () => undefined);
  });
});
