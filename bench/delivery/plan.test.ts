import { describe, expect, test } from 'vitest';
import { planLoad, roomOf } from './plan.js';

const load = { clients: 100, perRoom: 50, seconds: 60, cuts: true };

describe('a plan', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(planLoad(load, 1)).toEqual(planLoad(load, 1));
    expect(planLoad(load, 1).steps).not.toEqual(planLoad(load, 2).steps);
  });

  test('sends one message a second in each room, each with a text of its own, and is in order of time', () => {
    const { steps, rooms } = planLoad(load, 1);
    const sends = steps.filter((step) => step.does === 'send');
    for (const room of [0, 1]) {
      expect(sends.filter(({ client }) => roomOf(client, rooms) === room)).toHaveLength(60);
    }
    expect(new Set(sends.map(({ text }) => text))).toHaveProperty('size', 120);
    expect(steps.map(({ atMs }) => atMs)).toEqual(steps.map(({ atMs }) => atMs).sort((a, b) => a - b));
  });

  test('cuts every client again and again, never while it is away, and not at all unless asked to', () => {
    const { steps, clients } = planLoad(load, 1);
    for (let client = 0; client < clients; client++) {
      const cuts = steps.filter((step) => step.client === client && step.does === 'cut').map(({ atMs }) => atMs);
      expect(cuts.length).toBeGreaterThanOrEqual(3);
      for (const [index, atMs] of cuts.slice(1).entries()) expect(atMs - Number(cuts[index])).toBeGreaterThan(2_000);
    }
    expect(planLoad({ ...load, cuts: false }, 1).steps.some(({ does }) => does === 'cut')).toBe(false);
  });
});
