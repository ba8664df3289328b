import { createTRPCClient } from '@trpc/client';
import { describe, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type {
  AppRouter,
  ClientToServerEvents,
  Emits,
  FailureCode,
  HttpOperation,
  Input,
  Message,
  Output,
  Payload,
  Reply,
  ServerToClientEvents,
  SocketOperation,
} from './index.js';
import { defineOperation } from './index.js';

describe('types derived from the tables', () => {
  test('an input leaves out what has a default', () => {
    expectTypeOf<{ roomId: number; content: string }>().toExtend<Input<'message.create'>>();
    expectTypeOf<{ roomId: number }>().not.toExtend<Input<'message.create'>>();
    expectTypeOf<{ roomId: string; content: string }>().not.toExtend<Input<'message.create'>>();
  });

  test('an output is the contract model', () => {
    expectTypeOf<Output<'message.create'>>().toEqualTypeOf<Message>();
    expectTypeOf<Payload<'message:new'>>().toEqualTypeOf<Message>();
  });

  test('an operation is mounted where its row says', () => {
    expectTypeOf<'typing.start'>().toExtend<SocketOperation>();
    expectTypeOf<'typing.start'>().not.toExtend<HttpOperation>();
    expectTypeOf<'room.create'>().not.toExtend<SocketOperation>();
  });

  test('events emitted and codes answered are those of the row', () => {
    expectTypeOf<Emits<'message.create'>>().toEqualTypeOf<'message:new'>();
    expectTypeOf<'NOT_A_MEMBER'>().toExtend<FailureCode<'message.create'>>();
    expectTypeOf<'FORBIDDEN'>().not.toExtend<FailureCode<'message.create'>>();
  });

  test('Socket.IO events take the input and an optional ack', () => {
    expectTypeOf<ClientToServerEvents['message:send']>().toEqualTypeOf<
      (input: Input<'message.create'>, ack?: (reply: Reply<'message.create'>) => void) => void
    >();
    expectTypeOf<ServerToClientEvents['message:new']>().parameter(0).toEqualTypeOf<Message>();
    expectTypeOf<ServerToClientEvents['error']>().parameter(0).toEqualTypeOf<string>();
  });

  test('a tRPC client is typed by the contract alone', () => {
    const trpc = createTRPCClient<AppRouter>({ links: [] });
    expectTypeOf(trpc.message.create.mutate).parameter(0).toEqualTypeOf<Input<'message.create'>>();
    expectTypeOf(trpc.message.create.mutate).returns.resolves.toEqualTypeOf<Message>();
    expectTypeOf(trpc.room.list.query).returns.resolves.toEqualTypeOf<Output<'room.list'>>();
    // @ts-expect-error socket-only operations are not procedures
    void trpc.typing;
  });

  test('a row cannot be about something its input does not name', () => {
    defineOperation({
      kind: 'query',
      summary: '',
      input: z.object({ messageId: z.int() }),
      output: z.object({}),
      errors: ['NOT_A_MEMBER'],
      // @ts-expect-error roomId is not an input
      auth: { rule: 'room.member', subject: 'roomId' },
      limit: 'read',
      emits: [],
    });
  });
});
