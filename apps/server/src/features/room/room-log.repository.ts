import type { EventName, LogEntry, Role } from '@dream-studio/contracts';
import { toEmission } from '../../core/audience.js';
import { AppError } from '../../core/errors.js';
import { KeyedQueue, TURN_PATIENCE_MS } from '../../core/keyed-queue.js';
import type {
  DurableEvent,
  Emission,
  LockedRoom,
  LogPublisher,
  RoomLog,
  RoomTransaction,
  Writer,
} from '../../core/ports.js';
import type { Prisma, PrismaClient } from '../../infra/prisma/generated/client.js';
import type { Client } from '../../infra/prisma/rows.js';

/**
 * The log of rooms in the database. The room's row lock orders writers of all processes; the queue in front of it
 * orders this process's own, so that they wait without holding a connection and publish in the order they committed.
 */
export function createRoomLog(prisma: PrismaClient, publisher: LogPublisher): RoomLog {
  const queue = new KeyedQueue<number>(TURN_PATIENCE_MS);

  return {
    inOrder: (roomId, work) => queue.run(roomId, () => work((emissions) => publisher.publish(roomId, emissions))),

    write: (roomId, writer, work) =>
      queue.run(roomId, async () => {
        const { result, emissions } = await prisma.$transaction(async (client) => {
          const { room, seq } = await lockRoom(client, roomId, writer);
          const entries = new Entries(room, seq);
          const append = entries.append.bind(entries) as RoomTransaction<EventName>['append'];
          const result = await work({ tx: { client }, room, append });
          await entries.store(client);
          return { result, emissions: entries.emissions };
        });
        await publisher.publish(roomId, emissions);
        return result;
      }),
  };
}

/** The role is read by a second statement: the first one's snapshot is older than the lock it waits for. */
async function lockRoom(client: Client, roomId: number, writer: Writer) {
  const [row] = await client.$queryRaw<
    { type: LockedRoom['type']; archivedAt: Date | null; seq: bigint; now: Date }[]
  >`SELECT type::text AS type, archived_at AS "archivedAt", seq, clock_timestamp() AS now
    FROM rooms WHERE id = ${roomId} FOR UPDATE`;
  if (!row) throw new AppError('NOT_A_MEMBER');
  let role: Role | null = writer === 'owner' ? 'OWNER' : null;
  if (typeof writer === 'number') {
    const member = await client.member.findUnique({ where: { roomId_userId: { roomId, userId: writer } } });
    if (!member) throw new AppError('NOT_A_MEMBER');
    role = member.role;
  }
  const room: LockedRoom = { id: roomId, type: row.type, archivedAt: row.archivedAt, now: row.now, role };
  return { room, seq: Number(row.seq) };
}

/** Entries of one transaction: numbered at once, since the lock is held, and stored together at its end. */
class Entries {
  readonly emissions: Emission[] = [];
  readonly #rows: Prisma.RoomEventCreateManyInput[] = [];
  readonly #room: LockedRoom;
  #seq: number;

  constructor(room: LockedRoom, seq: number) {
    this.#room = room;
    this.#seq = seq;
  }

  append(event: DurableEvent, fields: object): object {
    this.#seq += 1;
    const { id: roomId, now: createdAt } = this.#room;
    const payload = { roomId, seq: this.#seq, ...fields };
    // The database's time: left out, Prisma would put in this node's, and others look for what is new by it.
    this.#rows.push({ roomId, seq: this.#seq, event, payload, createdAt });
    this.emissions.push(toEmission({ event, payload } as unknown as LogEntry));
    return payload;
  }

  async store(client: Client): Promise<void> {
    if (this.#rows.length === 0) return;
    await client.roomEvent.createMany({ data: this.#rows });
    await client.$executeRaw`UPDATE rooms SET seq = ${this.#seq} WHERE id = ${this.#room.id}`;
  }
}
