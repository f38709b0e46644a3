import { describe, expect, it } from 'vitest';
import { durationInWords, openProgress } from '../../simulate/progress.ts';

describe('progress', () => {
  it('tells every two seconds at most, always at the end, and how long the rest takes', () => {
    const told: string[] = [];
    const progress = openProgress({ all: 5, what: 'worlds' }, 0, (line) => told.push(line));
    for (const nowMs of [1_000, 2_000, 2_900, 4_000, 4_100]) progress.add(nowMs);
    expect(told).toEqual([
      '1 of 5 worlds, 1.00 a second, 4 s left',
      '4 of 5 worlds, 1.00 a second, 1 s left',
      '5 of 5 worlds, 1.22 a second, 0 s left',
    ]);
  });

  it('says times as people do', () => {
    expect([40_000, 99_600, 720_000, 7_500_000].map(durationInWords)).toEqual([
      '40 s',
      '2 min',
      '12 min',
      '2 h 05 min',
    ]);
  });
});
