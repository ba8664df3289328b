import type { Input, OperationName } from '@dream-studio/contracts';
import type { Caller } from './callers.js';
import type { World } from './world.js';

type Sample<K extends OperationName> = (world: World, caller: Caller) => Input<K> | Promise<Input<K>>;

/** A valid input for each operation, about a world. An operation without one does not compile. */
export const samples: { [K in OperationName]: Sample<K> } = {
  'room.create': ({ tag, strangerId }) => ({ name: `New ${tag}`, memberIds: [strangerId] }),
  'room.direct': ({ strangerId }) => ({ userId: strangerId }),
  'room.list': () => ({ limit: 2 }),
  'room.get': ({ roomId }) => ({ roomId }),
  'room.update': ({ roomId, tag }) => ({ roomId, name: `Renamed ${tag}` }),
  'room.archive': ({ roomId }) => ({ roomId }),
  'room.sync': ({ roomId }) => ({ rooms: { [roomId]: { since: 0 } } }),
  'room.markRead': ({ roomId }) => ({ roomId, seq: 1 }),
  'room.enter': ({ roomId }) => ({ roomId, keepPrevious: true }),
  'room.exit': ({ roomId }) => ({ roomId }),
  'member.list': ({ roomId }) => ({ roomId, limit: 2 }),
  'member.add': ({ roomId, strangerId }) => ({ roomId, userIds: [strangerId] }),
  'member.setRole': ({ roomId, bystanderId }) => ({ roomId, userId: bystanderId, role: 'ADMIN' }),
  'member.remove': ({ roomId, bystanderId }) => ({ roomId, userId: bystanderId }),
  'message.create': ({ roomId, tag }) => ({ roomId, content: `Hello ${tag}`, clientId: 'c1' }),
  'message.list': ({ roomId }) => ({ roomId, after: 0 }),
  'message.edit': ({ roomId, messageId }) => ({ messageId, content: 'edited', roomId }),
  'message.delete': ({ roomId, messageId }) => ({ messageId, roomId }),
  'typing.start': ({ roomId }) => ({ roomId }),
  'typing.stop': ({ roomId }) => ({ roomId }),
  'presence.list': ({ roomId, bystanderId }) => ({ roomId, userIds: [bystanderId] }),
  'call.start': ({ roomId }) => ({ roomId, callType: 'VIDEO' }),
  'call.answer': async (world) => ({ callId: await world.ring() }),
  'call.end': async (world) => ({ callId: await world.ring() }),
  'call.get': async (world) => ({ callId: await world.ring() }),
  'call.list': ({ roomId }) => ({ roomId }),
  'user.me': () => ({}),
  'user.search': ({ tag }) => ({ q: tag }),
  'user.upsert': ({ strangerId, tag }) => ({ userId: strangerId, name: `Zoe ${tag}`, picture: null }),
  'user.ban': ({ strangerId }) => ({ userId: strangerId, reason: 'spam', until: '2999-12-31T23:59:59.000Z' }),
  'user.unban': ({ strangerId }) => ({ userId: strangerId }),
  'user.revoke': ({ strangerId }) => ({ userId: strangerId }),
  'auth.refresh': (_world, { token }) => ({ token: token ?? 'none' }),
  'dev.login': ({ tag }) => ({ name: `Dev ${tag}` }),
};

/** The same, for code that goes through all operations. */
export const sampleOf = (name: OperationName, world: World, caller: Caller): Promise<Record<string, unknown>> =>
  Promise.resolve((samples[name] as Sample<OperationName>)(world, caller) as Record<string, unknown>);
