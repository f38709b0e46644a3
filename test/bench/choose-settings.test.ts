import { describe, expect, it } from 'vitest';
import { choicesFrom, type TriedSetting, triedSettings, worthMore } from '../../bench/tuning/choose-settings.ts';
import { aBenignRun, aHarmfulRun } from '../simulation/scorecard/builders.ts';

const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1);

function tried(policy: string, setting: number): TriedSetting {
  return { peer: 'one', setting, settings: {}, policy };
}

/** A hundred benign worlds in which a policy takes so many hours, and takes so many back. */
function runsOf(
  policy: string,
  { hours, falseRollbacks }: { readonly hours: number; readonly falseRollbacks: number },
) {
  return SEEDS.flatMap((seed) => [
    aHarmfulRun({ policy, seed }),
    aBenignRun({ policy, seed, hoursTo95: hours, ...(seed <= falseRollbacks && { end: 'rolledBack' as const }) }),
  ]);
}

describe('the choice of settings', () => {
  const three = [tried('rash', 0), tried('quick', 1), tried('slow', 2)];
  const outcomes = [
    ...runsOf('rash', { hours: 0.1, falseRollbacks: 3 }),
    ...runsOf('quick', { hours: 1, falseRollbacks: 2 }),
    ...runsOf('slow', { hours: 3, falseRollbacks: 0 }),
  ];

  it('is the one that loses least among those with at most 2 % false rollbacks', () => {
    expect(choicesFrom(three, outcomes)).toMatchObject([{ policy: 'quick', falseRollbacks: 0.02 }]);
  });

  it('is the one with fewest false rollbacks where none keeps to that', () => {
    const rash = [tried('rash', 0), tried('rasher', 1)];
    const runs = [
      ...runsOf('rash', { hours: 9, falseRollbacks: 3 }),
      ...runsOf('rasher', { hours: 0, falseRollbacks: 4 }),
    ];
    expect(choicesFrom(rash, runs)).toMatchObject([{ policy: 'rash' }]);
  });

  it('goes on with those that lose least and those that are wrong least', () => {
    expect(worthMore(three, outcomes, 1).map(({ policy }) => policy)).toEqual(['rash', 'slow']);
  });

  it('is among the grid and what is shipped, of every rule that looks at metrics', () => {
    const names = triedSettings().map(({ policy }) => policy);
    expect(names).toContain('flagger/shipped');
    expect(names).toContain('flagger/grid-0');
    expect(names.filter((name) => name.startsWith('schedule-only'))).toEqual([]);
  });
});
