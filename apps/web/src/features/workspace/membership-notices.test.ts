import type { ChatClient, Payload, Room } from '@dream-studio/sdk';
import { beforeEach, describe, expect, test } from 'vitest';
import { watchMembership } from './membership-notices';

const ME = 1;
const room = (id: number, name: string, type: Room['type'] = 'GROUP') => ({ id, name, type }) as Room;

/** A client with nothing but a list and events, which are given by hand. */
function fakeChat() {
  let rooms: Room[] = [];
  const handlers = new Map<string, (payload: never) => void>();
  const listeners = new Set<() => void>();
  const chat = {
    on: (event: string, handler: (payload: never) => void) => {
      handlers.set(event, handler);
      return () => handlers.delete(event);
    },
    roomList: {
      get: () => ({ rooms }),
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  } as unknown as ChatClient;
  return {
    chat,
    list: (...next: Room[]) => {
      rooms = next;
      for (const listener of listeners) listener();
    },
    emit: <E extends 'member:added' | 'member:removed' | 'member:role'>(event: E, payload: Partial<Payload<E>>) =>
      handlers.get(event)?.({ userId: ME, by: 2, ...payload } as never),
    watched: () => handlers.size + listeners.size,
  };
}

describe('what others did about my membership', () => {
  let fake: ReturnType<typeof fakeChat>;
  let said: string[];
  let stop: () => void;
  beforeEach(() => {
    fake = fakeChat();
    said = [];
    stop = watchMembership({ chat: fake.chat, userId: ME, say: (text) => said.push(text) });
  });

  test('being added is said once the room is in the list', () => {
    fake.emit('member:added', { roomId: 5 });
    expect(said).toEqual([]);
    fake.list(room(5, 'Plans'));
    fake.list(room(5, 'Plans'), room(6, 'Other'));
    expect(said).toEqual(['You were added to Plans.']);
  });

  test('being added to a room that is in the list already is said at once', () => {
    fake.list(room(5, 'Plans'));
    fake.emit('member:added', { roomId: 5 });
    expect(said).toEqual(['You were added to Plans.']);
  });

  test('a direct conversation is not announced', () => {
    fake.emit('member:added', { roomId: 5 });
    fake.list(room(5, 'Bob', 'DIRECT'));
    expect(said).toEqual([]);
  });

  test('being removed is said whether the list knows of it before or after', () => {
    fake.list(room(5, 'Plans'), room(6, 'Other'));
    fake.emit('member:removed', { roomId: 6 });
    fake.list(room(6, 'Other'));
    fake.emit('member:removed', { roomId: 5 });
    expect(said).toEqual(['You were removed from Other.', 'You were removed from Plans.']);
  });

  test('a new role is said', () => {
    fake.list(room(5, 'Plans'));
    fake.emit('member:role', { roomId: 5, role: 'ADMIN' });
    expect(said).toEqual(['You are an admin of Plans now.']);
  });

  test('what I did myself, and what is about others, is not', () => {
    fake.list(room(5, 'Plans'));
    fake.emit('member:removed', { roomId: 5, by: ME });
    fake.emit('member:removed', { roomId: 5, userId: 3 });
    fake.emit('member:role', { roomId: 5, by: ME, role: 'ADMIN' });
    fake.emit('member:added', { roomId: 5, by: ME });
    expect(said).toEqual([]);
  });

  test('nothing is watched once stopped', () => {
    stop();
    expect(fake.watched()).toBe(0);
  });
});
