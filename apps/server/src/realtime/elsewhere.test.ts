import { expect, test } from 'vitest';
import { Elsewhere, type Place } from './elsewhere.js';

const place = (roomId: number, userId: number, nodeId: string, isView = false): Place => ({
  roomId,
  userId,
  nodeId,
  isView,
});

test('a user is online until the last node and the last room have let go of them', () => {
  const elsewhere = new Elsewhere();
  for (const one of [place(1, 7, 'a'), place(1, 7, 'b'), place(2, 7, 'b')]) elsewhere.add(one);
  expect([...(elsewhere.onlineIn(1).get(7) ?? [])]).toEqual(['a', 'b']);
  elsewhere.remove(place(1, 7, 'a'));
  elsewhere.remove(place(1, 7, 'a'));
  expect([...elsewhere.onlineIn(1).keys()]).toEqual([7]);
  elsewhere.remove(place(1, 7, 'b'));
  expect([[...elsewhere.onlineIn(1).keys()], elsewhere.isOnline(7)]).toEqual([[], true]);
  elsewhere.remove(place(2, 7, 'b'));
  expect(elsewhere.isOnline(7)).toBe(false);
});

test('the same thing twice counts once', () => {
  const elsewhere = new Elsewhere();
  elsewhere.add(place(1, 7, 'a'));
  elsewhere.add(place(1, 7, 'a'));
  elsewhere.remove(place(1, 7, 'a'));
  expect(elsewhere.isOnline(7)).toBe(false);
  expect([...elsewhere.places({})]).toEqual([]);
});

test('to show a room is not to be online in it, nor the other way', () => {
  const elsewhere = new Elsewhere();
  elsewhere.add(place(1, 7, 'a', true));
  expect([elsewhere.showsRoom(1, 7), elsewhere.isOnline(7), elsewhere.onlineIn(1).size]).toEqual([true, false, 0]);
  elsewhere.add(place(1, 7, 'a'));
  elsewhere.remove(place(1, 7, 'a', true));
  expect([elsewhere.showsRoom(1, 7), elsewhere.isOnline(7)]).toEqual([false, true]);
});

test('what is known is found by room, by node and by user', () => {
  const elsewhere = new Elsewhere();
  const all = [place(1, 7, 'a'), place(1, 8, 'b'), place(2, 7, 'b'), place(2, 7, 'b', true)];
  for (const one of all) elsewhere.add(one);
  expect([...elsewhere.places({})]).toHaveLength(4);
  expect([...elsewhere.places({ roomId: 1 })]).toEqual([place(1, 7, 'a'), place(1, 8, 'b')]);
  expect([...elsewhere.places({ nodeId: 'a' })]).toEqual([place(1, 7, 'a')]);
  expect([...elsewhere.places({ userId: 7, roomId: 2 })]).toEqual([place(2, 7, 'b'), place(2, 7, 'b', true)]);
});
