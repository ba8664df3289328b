import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { joinTabs, type TabMessage } from './tabs.js';

/** Locks as browsers have them, as far as they are used: one holder of a name, the others wait in line. */
const fakeLocks = () => {
  const lines = new Map<string, (() => void)[]>();
  const next = (name: string) => {
    lines.get(name)?.shift();
    lines.get(name)?.[0]?.();
  };
  const request = (name: string, { signal }: { signal: AbortSignal }, held: () => Promise<void>) =>
    new Promise<void>((resolve, reject) => {
      const line = lines.get(name) ?? [];
      lines.set(name, line);
      let granted = false;
      const grant = () => {
        granted = true;
        void held().then(() => {
          next(name);
          resolve();
        });
      };
      signal.addEventListener('abort', () => {
        if (granted) return;
        line.splice(line.indexOf(grant), 1);
        reject(new Error('AbortError'));
      });
      line.push(grant);
      if (line.length === 1) queueMicrotask(grant);
    });
  return { request };
};

/** Channels that deliver a moment later, to all of the name but the one that posts. */
const fakeChannels = () => {
  const open = new Set<FakeChannel>();
  class FakeChannel {
    onmessage = (_: { data: TabMessage }) => {};
    readonly name: string;
    constructor(name: string) {
      this.name = name;
      open.add(this);
    }
    postMessage(data: TabMessage) {
      for (const other of open) {
        if (other !== this && other.name === this.name) queueMicrotask(() => other.onmessage({ data }));
      }
    }
    close() {
      open.delete(this);
    }
  }
  return { FakeChannel, open };
};

const news: TabMessage = { type: 'discarded', roomId: 1, clientId: 'a' };
const settle = () => new Promise((resolve) => setTimeout(resolve));
const tab = () => ({ lead: vi.fn(), receive: vi.fn() });

describe('tabs of a browser with locks', () => {
  let channels: ReturnType<typeof fakeChannels>;
  beforeEach(() => {
    channels = fakeChannels();
    vi.stubGlobal('navigator', { locks: fakeLocks() });
    vi.stubGlobal('BroadcastChannel', channels.FakeChannel);
  });
  afterEach(() => vi.unstubAllGlobals());

  test('have one that leads for each name; the next one follows when it leaves', async () => {
    const [first, second, other] = [tab(), tab(), tab()];
    const seats = [joinTabs('a', first), joinTabs('a', second), joinTabs('b', other)];
    await settle();
    expect([first, second, other].map(({ lead }) => lead.mock.calls.length)).toEqual([1, 0, 1]);
    seats[0]?.leave();
    await settle();
    expect(second.lead).toHaveBeenCalledTimes(1);
    expect(first.lead).toHaveBeenCalledTimes(1);
  });

  test('that leave before their turn never lead', async () => {
    const [first, second, third] = [tab(), tab(), tab()];
    const seats = [first, second, third].map((one) => joinTabs('a', one));
    await settle();
    seats[1]?.leave();
    seats[0]?.leave();
    await settle();
    expect([first, second, third].map(({ lead }) => lead.mock.calls.length)).toEqual([1, 0, 1]);
  });

  test('that leave at once do not lead, and let others', async () => {
    const [first, second] = [tab(), tab()];
    joinTabs('a', first).leave();
    joinTabs('a', second);
    await settle();
    expect(first.lead).not.toHaveBeenCalled();
    expect(second.lead).toHaveBeenCalledTimes(1);
  });

  test('hear what others of the name say, until they leave', async () => {
    const [first, second, other] = [tab(), tab(), tab()];
    const seats = [joinTabs('a', first), joinTabs('a', second), joinTabs('b', other)];
    seats[0]?.post(news);
    await settle();
    expect(second.receive.mock.calls).toEqual([[news]]);
    expect(first.receive).not.toHaveBeenCalled();
    expect(other.receive).not.toHaveBeenCalled();
    for (const seat of seats) seat.leave();
    expect(channels.open.size).toBe(0);
  });

  test('whose locks are refused lead each for itself', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new Error('SecurityError')) } });
    const one = tab();
    joinTabs('a', one);
    await settle();
    expect(one.lead).toHaveBeenCalledTimes(1);
  });
});

test('where there are no locks, a client leads at once and talks to nobody', () => {
  vi.stubGlobal('navigator', undefined);
  const [first, second] = [tab(), tab()];
  const seats = [joinTabs('a', first), joinTabs('a', second)];
  seats[0]?.post(news);
  expect([first, second].map(({ lead }) => lead.mock.calls.length)).toEqual([1, 1]);
  expect(second.receive).not.toHaveBeenCalled();
  vi.unstubAllGlobals();
});
