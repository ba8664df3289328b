import type { Message } from '@dream-studio/contracts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChatError, unavailable } from '../errors.js';
import { createLimiter } from '../limiter.js';
import { type ChatState, EMPTY_STATE } from '../store/chat-state.js';
import { reduceChat } from '../store/reduce-chat.js';
import { fakeStorage, fakeTabs } from '../test/outbox-fakes.js';
import { createTestServer } from '../testing/index.js';
import { createBox } from './box.js';
import type { StoredMessage } from './storage.js';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const ANN = 1;
const settle = () => vi.advanceTimersByTimeAsync(1);

type Fault = 'lost' | 'unanswered' | 'refused';

/** Tabs of Ann's browser, on a server that fails as it is told. */
const start = () => {
  const server = createTestServer();
  const rooms = [server.addRoom({ members: [ANN] }).id, server.addRoom({ members: [ANN] }).id] as const;
  const { storage, contents } = fakeStorage();
  const { join } = fakeTabs();
  const faults: Fault[] = [];
  let isDown = false;
  let tries = 0;
  let count = 0;

  const send = async ({ roomId, clientId, content }: StoredMessage) => {
    tries += 1;
    const fault = faults.shift();
    await Promise.resolve();
    if (isDown || fault === 'lost') throw unavailable('Not reached');
    if (fault === 'refused') throw new ChatError({ code: 'FORBIDDEN', message: 'No', retryable: false });
    const message = server.call(ANN, 'message.create', { roomId, clientId, content });
    if (fault === 'unanswered') throw unavailable('No answer');
    return message;
  };

  const openTab = () => {
    let state: ChatState = EMPTY_STATE;
    let isDead = false;
    const seats: { leave(): void }[] = [];
    const arrived = (payload: Message) => {
      state = reduceChat(state, { type: 'event', event: 'message:new', payload, userId: ANN });
    };
    const box = createBox('scope', {
      storage,
      join: (name, tab) => {
        const seat = join(name, tab);
        seats.push(seat);
        return seat;
      },
      limiter: createLimiter({ points: 1_000_000, windowMs: 1 }),
      send: async (pending) => {
        const message = await (isDead ? new Promise<never>(() => {}) : send(pending));
        arrived(message);
        return message;
      },
      onSent: arrived,
      dispatch: (action) => {
        state = reduceChat(state, action);
      },
    });
    box.join();
    return {
      box,
      say: (roomId: number = rooms[0], content = `${++count}`) => {
        const clientId = `c${content}`;
        box.add({
          roomId,
          clientId,
          content,
          createdAt: '',
          order: Date.now(),
          status: 'queued',
          error: null,
        });
        return clientId;
      },
      shown: (roomId: number = rooms[0]) =>
        (state.entries[roomId]?.pending ?? []).map(({ content, status, error }) =>
          [content, status, error?.code].filter(Boolean).join(' '),
        ),
      /** Another user has signed in. */
      abandon: () => {
        box.abandon();
        state = EMPTY_STATE;
      },
      /** As if its process had been killed: what it sent may have arrived, it says nothing any more. */
      crash: () => {
        isDead = true;
        for (const seat of seats) seat.leave();
      },
    };
  };
  const stored = (roomId: number = rooms[0]) => server.state.messages(roomId).map(({ content }) => content);
  return {
    openTab,
    rooms,
    stored,
    faults,
    contents,
    tries: () => tries,
    goDown: () => {
      isDown = true;
    },
    comeUp: () => {
      isDown = false;
    },
    [Symbol.dispose]: () => server.close(),
  };
};

describe('tabs of one browser', () => {
  test('show what waits in any of them, in the order it was written, and one sends it', async () => {
    using browser = start();
    const [first, second] = [browser.openTab(), browser.openTab()];
    await settle();
    browser.goDown();
    second.say();
    await settle();
    first.say();
    second.say(browser.rooms[1]);
    await settle();
    for (const tab of [first, second]) {
      expect(tab.shown()).toEqual(['1 queued UNAVAILABLE', '2 queued']);
      expect(tab.shown(browser.rooms[1])).toEqual(['3 queued UNAVAILABLE']);
    }
    browser.comeUp();
    first.box.wake();
    await settle();
    expect(browser.stored()).toEqual(['1', '2']);
    for (const tab of [first, second]) expect(tab.shown()).toEqual([]);
    expect(browser.contents()).toEqual([]);
  });

  test('that do not lead try nothing themselves', async () => {
    using browser = start();
    const [, second] = [browser.openTab(), browser.openTab()];
    await settle();
    second.say();
    await settle();
    expect([browser.stored(), browser.tries()]).toEqual([['1'], 1]);
  });

  test.each(['leave', 'crash'] as const)('go on when the one that leads is gone (%s)', async (how) => {
    using browser = start();
    const [first, second] = [browser.openTab(), browser.openTab()];
    await settle();
    browser.faults.push('unanswered');
    first.say();
    first.say();
    await settle();
    expect(browser.stored()).toEqual(['1']);
    if (how === 'crash') first.crash();
    else first.box.leave();
    await settle();
    expect(browser.stored()).toEqual(['1', '2']);
    expect(second.shown()).toEqual([]);
  });

  test('retry and discard for one another', async () => {
    using browser = start();
    const [first, second] = [browser.openTab(), browser.openTab()];
    await settle();
    browser.faults.push('refused', 'refused');
    const [again, never] = [first.say(), first.say()];
    await settle();
    expect(second.shown()).toEqual(['1 failed FORBIDDEN', '2 failed FORBIDDEN']);
    second.box.discard(browser.rooms[0], never);
    second.box.retry(again);
    await settle();
    for (const tab of [first, second]) expect(tab.shown()).toEqual([]);
    expect(browser.stored()).toEqual(['1']);
    expect(browser.contents()).toEqual([]);
  });
});

test('what is discarded does not come back by late news of it', async () => {
  using browser = start();
  const [first, second] = [browser.openTab(), browser.openTab()];
  await settle();
  browser.goDown();
  const clientId = first.say();
  await settle();
  // The news that it is being sent crosses with the wish that it be not.
  first.box.wake();
  second.box.discard(browser.rooms[0], clientId);
  await settle();
  for (const tab of [first, second]) expect(tab.shown()).toEqual([]);
});

describe('a tab that is opened', () => {
  test('shows and sends what was left, in order, and what is written meanwhile behind it', async () => {
    using browser = start();
    browser.goDown();
    const first = browser.openTab();
    for (let n = 0; n < 3; n++) first.say();
    await settle();
    first.crash();
    browser.comeUp();
    const next = browser.openTab();
    next.say();
    await settle();
    expect(browser.stored()).toEqual(['1', '2', '3', '4']);
  });

  test('shows what was refused, and does not send it by itself', async () => {
    using browser = start();
    const first = browser.openTab();
    await settle();
    browser.faults.push('refused');
    const clientId = first.say();
    await settle();
    first.crash();
    const next = browser.openTab();
    await settle();
    expect(next.shown()).toEqual(['1 failed FORBIDDEN']);
    expect(browser.stored()).toEqual([]);
    next.box.retry(clientId);
    await settle();
    expect(browser.stored()).toEqual(['1']);
  });

  test('learns what was sent and discarded while it had left', async () => {
    using browser = start();
    browser.goDown();
    const [first, second] = [browser.openTab(), browser.openTab()];
    await settle();
    const [, dropped] = [first.say(), first.say()];
    await settle();
    second.box.leave();
    first.box.discard(browser.rooms[0], dropped);
    browser.comeUp();
    first.box.wake();
    await settle();
    expect(second.shown()).toEqual(['1 queued UNAVAILABLE', '2 queued']);
    second.box.join();
    await settle();
    expect(second.shown()).toEqual([]);
  });
});

test('a message is stored before its first try', async () => {
  using browser = start();
  const tab = browser.openTab();
  await settle();
  browser.goDown();
  tab.say();
  expect(browser.tries()).toBe(0);
  await settle();
  expect(browser.contents()).toEqual(['1']);
  expect(browser.tries()).toBe(1);
});

test('what is being stored or sent when another user signs in stays, and is not shown to them', async () => {
  using browser = start();
  const tab = browser.openTab();
  await settle();
  browser.goDown();
  tab.say();
  await settle();
  tab.say();
  tab.box.wake();
  tab.abandon();
  await settle();
  expect(tab.shown()).toEqual([]);
  expect(browser.contents()).toEqual(['1', '2']);
  expect(vi.getTimerCount()).toBe(0);
});

test('whoever leaves leaves no timer behind', async () => {
  using browser = start();
  const tab = browser.openTab();
  browser.goDown();
  tab.say();
  await settle();
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  tab.box.leave();
  await settle();
  expect(vi.getTimerCount()).toBe(0);
});

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ type: fc.constant('say' as const), tab: fc.nat(2), room: fc.nat(1) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('open' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('crash', 'leave', 'rejoin'), tab: fc.nat(2) }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('lost', 'unanswered') }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('goDown', 'comeUp') }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.nat(5_000) }) },
  ),
  { minLength: 5, maxLength: 40 },
);
type Steps = typeof steps extends fc.Arbitrary<infer S> ? S : never;

/** Runs the steps, heals everything, and says what was written where, by which tab. */
const play = async (browser: ReturnType<typeof start>, steps: Steps) => {
  const tabs = [browser.openTab()];
  const away = new Set<unknown>();
  const written: { tab: unknown; away: boolean; roomId: number; content: string }[] = [];
  for (const step of steps) {
    const tab = 'tab' in step ? tabs[step.tab] : undefined;
    if (step.type === 'say' && tab) {
      const [roomId, content] = [browser.rooms[step.room] as number, `m${written.length}`];
      tab.say(roomId, content);
      written.push({ tab, away: away.has(tab), roomId, content });
    }
    if (step.type === 'open' && tabs.length < 3) tabs.push(browser.openTab());
    if (step.type === 'leave' && tab) {
      away.add(tab);
      tab.box.leave();
    }
    if (step.type === 'rejoin' && tab) {
      away.delete(tab);
      tab.box.join();
    }
    if (step.type === 'crash' && tab) tabs.splice(tabs.indexOf(tab), 1)[0]?.crash();
    if (step.type === 'lost' || step.type === 'unanswered') browser.faults.push(step.type);
    if (step.type === 'goDown' || step.type === 'comeUp') browser[step.type]();
    await vi.advanceTimersByTimeAsync(step.type === 'pass' ? step.ms : 1);
  }
  browser.comeUp();
  browser.faults.length = 0;
  tabs.push(browser.openTab());
  for (const tab of tabs) tab.box.join();
  await vi.advanceTimersByTimeAsync(60_000);
  return { tabs, written };
};

test('whatever fails and whichever tabs go, each message arrives once, in the order it was written in its room', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      using browser = start();
      const { tabs, written } = await play(browser, given);
      for (const roomId of browser.rooms) {
        const here = written.filter((one) => one.roomId === roomId);
        const stored = browser.stored(roomId);
        expect([...stored].sort()).toEqual(here.map(({ content }) => content).sort());
        // What a tab writes while it has left has its place among that tab's alone.
        const groups = [here.filter((one) => !one.away), ...tabs.map((tab) => here.filter((one) => one.tab === tab))];
        for (const group of groups) {
          const contents = group.map(({ content }) => content);
          expect(stored.filter((content) => contents.includes(content))).toEqual(contents);
        }
        for (const tab of tabs) expect(tab.shown(roomId)).toEqual([]);
      }
      expect(browser.contents()).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
