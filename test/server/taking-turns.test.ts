import { describe, expect, it } from 'vitest';
import { takingTurns } from '../../server/training/taking-turns.ts';

describe('a page of a long read', () => {
  it('is followed by a pause as long as it took, before its answer is told', async () => {
    let nowMs = 1_000;
    const pauses: number[] = [];
    const clock = {
      now: () => nowMs,
      sleep: async (ms: number) => {
        pauses.push(ms);
        nowMs += ms;
      },
    };
    const page = (ms: number) => async () => {
      nowMs += ms;
      return ms;
    };
    expect(await takingTurns(page(40), clock)).toBe(40);
    expect(await takingTurns(page(7), clock)).toBe(7);
    expect(pauses).toEqual([40, 7]);
    expect(nowMs).toBe(1_000 + 2 * 47);
  });

  it('that failed is told at once', async () => {
    const never = { now: () => 0, sleep: () => new Promise<void>(() => {}) };
    await expect(takingTurns(() => Promise.reject(new Error('away')), never)).rejects.toThrow('away');
  });
});
