import type { EventName, Input, OperationName } from '@dream-studio/contracts';
import fc from 'fast-check';
import { vi } from 'vitest';
import { createChatClient } from '../index.js';
import { createTestServer, type EndFault, type TestServer } from '../testing/index.js';

export const ANN = 1;
const [BOB, CID, DAN] = [2, 3, 4];

const LOGGED: readonly EventName[] = [
  ...(['message:new', 'message:edited', 'message:deleted', 'member:added', 'member:removed', 'member:role'] as const),
  ...(['room:updated', 'call:initiated', 'call:answered', 'call:ended'] as const),
];
/** What may get lost, come late, or come twice on its way to Ann. */
const FAULTY_EVENTS: readonly EventName[] = [...LOGGED, 'message:new', 'message:new', 'room:read', 'room:activity'];
const FAULTY_CALLS: readonly OperationName[] = [
  ...(['room.sync', 'room.sync', 'room.enter', 'message.list', 'member.list', 'room.markRead', 'room.list'] as const),
];

/** One thing that happens, in the room that Ann shows (0) or in the other one (1). */
export interface Step {
  do: string;
  room: number;
  who: number;
  which: number;
}

const stepOf = (kinds: fc.Arbitrary<string>): fc.Arbitrary<Step> =>
  fc.record({ do: kinds, room: fc.constantFrom(0, 0, 1), who: fc.constantFrom(BOB, CID), which: fc.nat(60) });

/** What happens in rooms, and what goes wrong. */
export const step = stepOf(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant('send') },
    { weight: 5, arbitrary: fc.constantFrom('edit', 'delete', 'read', 'readElsewhere', 'wait') },
    { weight: 4, arbitrary: fc.constantFrom('drop', 'drop', 'delay', 'duplicate') },
    { weight: 2, arbitrary: fc.constantFrom('failCall', 'loseCall', 'cut', 'say') },
    { weight: 2, arbitrary: fc.constantFrom('rename', 'ring', 'answer', 'hangUp', 'join', 'leave', 'role') },
  ),
);

/** So that Ann does not follow the room all of the time. */
export const interruption = stepOf(fc.constantFrom('putOut', 'letIn', 'close', 'open', 'restore'));

/** Lets time pass that is replaced by a test's; packets arrive in between. */
export const passing =
  (server: TestServer) =>
  async (ms: number, stepMs = 50): Promise<void> => {
    for (let left = ms; left > 0; left -= stepMs) {
      await vi.advanceTimersByTimeAsync(Math.min(left, stepMs));
      await server.settled();
    }
  };

/** Two rooms with Ann in them, who shows the first; time stands still but for `pass`. */
export async function startTurmoil() {
  const server = createTestServer({ limitFactor: 1_000 });
  const seeds = [
    [BOB, ANN, BOB],
    [BOB, CID],
  ];
  const roomIds = seeds.map((authors, n) => {
    const messages = authors.map((from) => ({ from, content: 'before' }));
    return server.addRoom({ name: `Room ${n}`, members: [BOB, ANN, CID], messages }).id;
  });
  const [roomId] = roomIds as [number, number];

  const pass = passing(server);

  const chat = createChatClient(server.connectAs({ id: ANN, name: 'Ann' }));
  const heard: number[] = [];
  for (const event of LOGGED) {
    chat.on(event, (payload: object) => {
      const { roomId: about, seq } = payload as { roomId: number; seq: number };
      if (about === roomId) heard.push(seq);
    });
  }
  await chat.connect();
  // The beat comes to those who are in a room.
  await chat.rooms.enter({ roomId: server.addRoom({ name: 'Quiet', members: [ANN] }).id });
  await chat.roomList.load();
  const room = chat.room(roomId);
  let close = room.open();
  await pass(200);

  const faults: EndFault[] = [];
  const attempt = <K extends OperationName>(userId: number, name: K, input: Input<K>) => {
    try {
      server.call(userId, name, input);
    } catch {
      // Refusals are part of the game: a call is over, a message gone.
    }
  };

  const steps: Record<string, (id: number, step: Step) => unknown> = {
    send: (id, { who, which }) => attempt(who, 'message.create', { roomId: id, content: `by ${who}, ${which}` }),
    say: (_, { which }) => room.send(`from here, ${which}`),
    edit: (id, { which }) => {
      const { id: messageId, senderId } = messageAt(id, which);
      attempt(senderId, 'message.edit', { messageId, content: `edit ${which}` });
    },
    delete: (id, { which }) => {
      const { id: messageId, senderId } = messageAt(id, which);
      attempt(senderId, 'message.delete', { messageId });
    },
    read: (id, { which }) => chat.room(id).markRead(which % 2 ? undefined : messageAt(id, which).seq),
    readElsewhere: (id, { which }) => attempt(ANN, 'room.markRead', { roomId: id, seq: messageAt(id, which).seq }),
    rename: (id, { which }) => attempt(BOB, 'room.update', { roomId: id, name: `Name ${which}` }),
    ring: (_, { who }) => attempt(who, 'call.start', { roomId, callType: 'AUDIO' }),
    answer: (_, { who, which }) => attempt(which % 2 ? who : ANN, 'call.answer', { callId: lastCall() }),
    hangUp: () => attempt(BOB, 'call.end', { callId: lastCall() }),
    join: () => attempt(BOB, 'member.add', { roomId, userIds: [DAN] }),
    leave: () => attempt(BOB, 'member.remove', { roomId, userId: DAN }),
    role: (_, { which }) => {
      const role = which % 3 ? 'ADMIN' : 'MEMBER';
      attempt(BOB, 'member.setRole', { roomId, userId: which % 2 ? ANN : CID, role });
    },

    wait: (_, { which }) => pass(which * 20),
    drop: (_, { which }) => fault((event, options) => server.faults.drop(event, options), which),
    delay: (_, { which }) => fault((event, options) => server.faults.delay(event, which * 20, options), which),
    duplicate: (_, { which }) => fault((event, options) => server.faults.duplicate(event, options), which),
    failCall: (_, { which }) => faults.push(server.faults.fail(callAt(which), 'UNAVAILABLE', { userId: ANN })),
    loseCall: (_, { which }) => faults.push(server.faults.drop(callAt(which), { userId: ANN })),
    cut: () => server.faults.disconnect(ANN),

    restore: () => {
      server.faults.loseLog(roomId);
      server.faults.disconnect(ANN);
    },
    putOut: () => attempt(BOB, 'member.remove', { roomId, userId: ANN }),
    letIn: () => attempt(BOB, 'member.add', { roomId, userIds: [ANN] }),
    close: () => close(),
    open: () => {
      const before = close;
      close = room.open();
      before();
    },
  };

  const callAt = (which: number) => FAULTY_CALLS[which % FAULTY_CALLS.length] as OperationName;
  const lastCall = () => server.state.calls(roomId).at(-1)?.callId ?? Number.MAX_SAFE_INTEGER;
  const messageAt = (id: number, which: number) => {
    const messages = server.state.messages(id);
    return messages[which % messages.length] as (typeof messages)[number];
  };
  const fault = (plan: (event: EventName, options: { userId: number; times: number }) => EndFault, which: number) =>
    faults.push(
      plan(FAULTY_EVENTS[which % FAULTY_EVENTS.length] as EventName, { userId: ANN, times: 1 + (which % 3) }),
    );

  return {
    server,
    chat,
    room,
    roomId,
    /** The numbers of the entries of the first room's log that the app was told of, in that order. */
    heard,
    pass,
    play: async (all: readonly Step[]) => {
      for (const each of all) {
        await steps[each.do]?.(roomIds[each.room] as number, each);
        await server.settled();
      }
    },
    /** Nothing goes wrong any more, and there is time for what was lost to be found. */
    heal: async () => {
      for (const end of faults) end();
      await pass(25_000, 250);
    },
    /** What a client sees that starts only now. */
    fresh: async () => {
      const other = createChatClient(server.connectAs(ANN));
      await other.connect();
      await other.roomList.load();
      other.room(roomId).open();
      await pass(500);
      return other;
    },
  };
}

export type Turmoil = Awaited<ReturnType<typeof startTurmoil>>;
