import { randomUUID } from 'node:crypto';
import type { Database } from '../../apps/server/src/infra/prisma/database.js';
import { type Callable, type Caller, newCaller } from './callers.js';

/** Something for calls to be about: a room of some people with one message by `author`. */
export interface World {
  /** Part of every name in it: search finds this world only. */
  readonly tag: string;
  readonly roomId: number;
  readonly messageId: number;
  /** A plain member, whom nobody calls as. */
  readonly bystanderId: number;
  /** A user who shares nothing with anyone. */
  readonly strangerId: number;
  /** The id of a call in the room, started by `author`; the same one each time. */
  ring(): Promise<number>;
}

export interface People {
  readonly owner: Caller;
  readonly author: Caller;
  readonly admin?: Caller;
  readonly member?: Caller;
}

/** Makes a world by rows: fast, and independent of the operations under test. */
export async function newWorld(
  app: Callable & { database: Pick<Database, 'prisma'> },
  { owner, author, admin, member }: People,
): Promise<World> {
  const { prisma } = app.database;
  const tag = randomUUID();
  const [bystander, stranger] = [await newCaller(app), await newCaller(app)];
  await prisma.user.createMany({
    data: [owner, author, admin, member, bystander, stranger].flatMap((caller) =>
      caller ? [{ id: caller.userId, name: caller === stranger ? `Zoe ${tag}` : caller.name }] : [],
    ),
    skipDuplicates: true,
  });
  const people = [
    { caller: owner, role: 'OWNER' },
    { caller: admin, role: 'ADMIN' },
    ...[...new Set([author, member, bystander])].map((caller) => ({ caller, role: 'MEMBER' as const })),
  ] as const;
  const members = people.flatMap(({ caller, role }, index) =>
    caller && (caller !== owner || index === 0) ? [{ userId: caller.userId, role }] : [],
  );
  const room = await prisma.room.create({
    data: {
      name: `Room ${tag}`,
      createdBy: owner.userId,
      seq: 1,
      members: { create: members },
      messages: { create: { seq: 1, senderId: author.userId, content: 'first' } },
    },
    include: { messages: true },
  });
  const roomId = Number(room.id);
  let callId: Promise<number> | undefined;
  const startCall = async () => {
    const participants = { create: { userId: author.userId } };
    const data = { roomId, callType: 'AUDIO', initiatedBy: author.userId, participants } as const;
    return Number((await prisma.call.create({ data })).id);
  };
  return {
    tag,
    roomId,
    messageId: Number(room.messages[0]?.id),
    bystanderId: bystander.userId,
    strangerId: stranger.userId,
    ring() {
      callId ??= startCall();
      return callId;
    },
  };
}

/** A world that is not there. */
export function nowhere(world: World): World {
  const missing = Number.MAX_SAFE_INTEGER;
  return { ...world, roomId: missing, messageId: missing, bystanderId: missing, ring: async () => missing };
}
