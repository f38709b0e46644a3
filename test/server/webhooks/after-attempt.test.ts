import { describe, expect, it } from 'vitest';
import { afterAttempt } from '../../../server/webhooks/after-attempt.ts';

const HOUR_MS = 3_600_000;
const REFUSED = { isAccepted: false, outcome: 'status 500', isGone: false, waitMs: 0 };
const most = () => 1;
const times = (attemptCount: number, ageMs = 0, failingForMs = 0) => ({ attemptCount, ageMs, failingForMs });

describe('after an attempt', () => {
  it('that was accepted the message is delivered', () => {
    expect(afterAttempt({ ...REFUSED, isAccepted: true, outcome: 'status 204' }, times(1), most)).toEqual({
      state: 'delivered',
      delayMs: 0,
      outcome: 'status 204',
    });
  });

  it('that was not, the message is tried again, after pauses that double up to an hour', () => {
    const pauses = [1, 2, 3, 9, 10, 50].map((count) => afterAttempt(REFUSED, times(count), most).delayMs / 1_000);
    expect(pauses).toEqual([10, 20, 40, 2_560, 3_600, 3_600]);
    expect(afterAttempt(REFUSED, times(3), () => 0.25).delayMs).toBe(10_000);
  });

  it('the receiver is left alone for as long as it says, up to an hour', () => {
    expect(afterAttempt({ ...REFUSED, waitMs: 120_000 }, times(1), most).delayMs).toBe(120_000);
    expect(afterAttempt({ ...REFUSED, waitMs: 48 * HOUR_MS }, times(1), most).delayMs).toBe(HOUR_MS);
  });

  it('a message is given up when the next attempt would come after a day', () => {
    expect(afterAttempt(REFUSED, times(40, 23 * HOUR_MS), most).state).toBe('pending');
    expect(afterAttempt(REFUSED, times(40, 23 * HOUR_MS + 1), most)).toEqual({
      state: 'failed',
      delayMs: 0,
      outcome: 'status 500',
    });
  });

  it('a webhook that accepted nothing for three days is disabled with the message that is given up then', () => {
    const given = (ageMs: number, failingForMs: number) =>
      afterAttempt(REFUSED, times(40, ageMs, failingForMs), most).disableBecause;
    expect(given(24 * HOUR_MS, 72 * HOUR_MS)).toBe('no message was accepted for 72 hours; the last answer: status 500');
    expect(given(24 * HOUR_MS, 71 * HOUR_MS)).toBeUndefined();
    expect(given(HOUR_MS, 100 * HOUR_MS)).toBeUndefined();
  });

  it('a receiver that is gone for good is told nothing more', () => {
    expect(afterAttempt({ ...REFUSED, outcome: 'status 410', isGone: true }, times(1), most)).toMatchObject({
      state: 'failed',
      disableBecause: 'the receiver says it is gone (410)',
    });
  });
});
