import { BOUNDS } from '@dream-studio/contracts';
import { describe, expect, test } from 'vitest';
import { PresenceRegistry } from './presence-registry.js';

const ANN = 1;
const BOB = 2;

/** A registry with these users online in room 5. */
function withOnline(...userIds: number[]): PresenceRegistry {
  const registry = new PresenceRegistry();
  for (const userId of userIds) {
    registry.add(userId);
    registry.addMembership(userId, 5);
  }
  return registry;
}

describe('who is online', () => {
  test('is a member of each of their rooms until removed, and then of none', () => {
    const registry = withOnline(ANN, BOB);
    registry.addMembership(ANN, 6);
    expect([...registry.onlineIn(5)]).toEqual([ANN, BOB]);
    expect([...registry.remove(ANN)]).toEqual([5, 6]);
    expect(registry.isOnline(ANN)).toBe(false);
    expect([...registry.onlineIn(5)]).toEqual([BOB]);
    expect([...registry.onlineIn(6)]).toEqual([]);
    expect([...registry.remove(ANN)]).toEqual([]);
  });

  test('follows changes of membership; those of someone offline change nothing', () => {
    const registry = withOnline(ANN);
    registry.addMembership(BOB, 5);
    registry.removeMembership(ANN, 5);
    expect([...registry.onlineIn(5)]).toEqual([]);
    expect([...registry.roomsOf(ANN)]).toEqual([]);
    expect([...registry.roomsOf(BOB)]).toEqual([]);
  });

  test('has companions in rooms that are not crowded; crowded rooms come apart', () => {
    const registry = withOnline(ANN, BOB);
    for (let userId = 1; userId <= BOUNDS.presenceListMax + 1; userId++) {
      if (!registry.isOnline(userId)) registry.add(userId);
      registry.addMembership(userId, 6);
    }
    expect(registry.isCrowded(5)).toBe(false);
    expect(registry.isCrowded(6)).toBe(true);
    const { users, crowded } = registry.companions([5, 6]);
    expect([...users]).toEqual([ANN, BOB]);
    expect(crowded).toEqual([6]);
    registry.remove(50);
    expect(registry.isCrowded(6)).toBe(false);
  });
});

describe("a user's view of a room", () => {
  test('begins with the first socket and ends with the last', () => {
    const registry = new PresenceRegistry();
    expect(registry.enter(5, ANN, 'a')).toBe(true);
    expect(registry.enter(5, ANN, 'b')).toBe(false);
    expect(registry.enter(5, ANN, 'b')).toBe(false);
    expect(registry.enter(5, BOB, 'c')).toBe(true);
    expect(registry.exit(5, ANN, 'a')).toBe(false);
    expect(registry.exit(5, ANN, 'a')).toBe(false);
    expect(registry.exit(5, ANN, 'b')).toBe(true);
    expect(registry.exit(5, ANN, 'b')).toBe(false);
    expect(registry.enter(5, ANN, 'a')).toBe(true);
  });

  test('outlives a dropped socket until it is ended, and is then as never there', () => {
    const registry = new PresenceRegistry();
    registry.enter(5, ANN, 'a');
    expect(registry.drop(5, ANN, 'a')).toBe(true);
    expect(registry.isAbandoned(5, ANN)).toBe(true);
    expect(registry.enter(5, ANN, 'b')).toBe(false);
    expect(registry.isAbandoned(5, ANN)).toBe(false);
    registry.drop(5, ANN, 'b');
    expect(registry.endView(5, ANN)).toBe(true);
    expect(registry.endView(5, ANN)).toBe(false);
    expect(registry.enter(5, ANN, 'c')).toBe(true);
  });

  test('is not touched by sockets that do not show it', () => {
    const registry = new PresenceRegistry();
    registry.enter(5, ANN, 'a');
    expect(registry.drop(5, ANN, 'b')).toBe(false);
    expect(registry.exit(6, ANN, 'a')).toBe(false);
    expect(registry.isAbandoned(5, ANN)).toBe(false);
  });
});
