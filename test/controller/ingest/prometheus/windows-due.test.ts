import { describe, expect, it } from 'vitest';
import { windowsDue } from '../../../../controller/index.ts';

const asked = { windowMs: 10_000, coverageSinceMs: 0, doneThroughMs: 0, nowMs: 60_000, lagMs: 15_000 };

describe('windows that are due', () => {
  it('ended long enough ago', () => {
    expect(windowsDue(asked)).toEqual([0, 10_000, 20_000, 30_000]);
    expect(windowsDue({ ...asked, nowMs: 64_999 })).toHaveLength(4);
    expect(windowsDue({ ...asked, nowMs: 65_000 })).toHaveLength(5);
  });

  it('lie wholly in the present coverage', () => {
    expect(windowsDue({ ...asked, coverageSinceMs: 10_000 })).toEqual([10_000, 20_000, 30_000]);
    expect(windowsDue({ ...asked, coverageSinceMs: 10_001 })).toEqual([20_000, 30_000]);
  });

  it('were not asked for before', () => {
    expect(windowsDue({ ...asked, doneThroughMs: 30_000 })).toEqual([30_000]);
    expect(windowsDue({ ...asked, doneThroughMs: 90_000 })).toEqual([]);
  });

  it('are taken oldest first, a few minutes at a time, and no older than a day', () => {
    const nowMs = 100 * 3_600_000;
    const due = windowsDue({ ...asked, nowMs });
    expect(due).toHaveLength(30);
    expect(due[0]).toBeGreaterThanOrEqual(nowMs - 24 * 3_600_000);
    expect(windowsDue({ ...asked, windowMs: 1_000, nowMs })).toHaveLength(60);
    expect(windowsDue({ ...asked, windowMs: 3_600_000, nowMs })).toHaveLength(1);
  });
});
