import { describe, expect, it } from 'vitest';
import { makeScoreCard, type RunOutcome } from '../../../simulation/scorecard/index.ts';
import { aBenignRun, aHarmfulRun, aPlan, inventOutcomes } from './builders.ts';

const compare = (outcomes: readonly RunOutcome[], reference = 'b') =>
  makeScoreCard(outcomes, aPlan({ references: [reference] })).differences[0]!;

describe('a paired difference', () => {
  it('is far sharper than the two intervals when worlds differ more than policies', () => {
    const base = inventOutcomes({ b: { haste: 1 } }, 40);
    const worse = base.map((run) => ({
      ...run,
      policy: 'a',
      hoursTo95: run.hoursTo95 === null ? null : run.hoursTo95 + 0.1,
    }));
    const card = makeScoreCard([...base, ...worse], aPlan({ references: ['b'] }));
    const { loss } = card.differences[0]!.figures;
    const [better] = card.policies;
    // A tenth of an hour costs 0.4 in every benign run that is not rolled back.
    expect(loss.value).toBeGreaterThan(0.28);
    expect(loss.value).toBeLessThanOrEqual(0.3 + 1e-9);
    expect(loss.upper! - loss.lower!).toBeLessThan(0.1 * (better!.figures.loss.upper! - better!.figures.loss.lower!));
  });

  it('is the difference by hand, and counts the worlds on either side and ties', () => {
    const runs = (policy: string, hours: readonly number[]) =>
      hours.map((hoursTo95, index) => aBenignRun({ policy, seed: index + 1, hoursTo95 }));
    const { figures, worlds } = compare([...runs('a', [1, 2, 3, 4]), ...runs('b', [2, 2, 2, 2])]);
    expect(worlds).toEqual({ cheaper: 1, dearer: 2, same: 1 });
    expect(figures.hoursTo95.value).toBe(0);
    expect(figures.falseRollbacks).toMatchObject({ value: 0, lower: 0, upper: 0, runs: 4 });
    expect(figures.misses).toMatchObject({ value: null, runs: 0 });
  });

  it('compares delays only in worlds that both took back', () => {
    const run = (policy: string, seed: number, minutes: number | null) =>
      aHarmfulRun({
        policy,
        seed,
        ...(minutes === null ? { end: 'completed' as const } : { endedAtMs: (10 + minutes) * 60_000 }),
      });
    const outcomes = [
      run('a', 1, 3),
      run('a', 2, 100),
      run('a', 3, null),
      run('b', 1, 5),
      run('b', 2, null),
      run('b', 3, 200),
    ];
    expect(compare(outcomes).figures.delayMedian).toMatchObject({ value: -2, runs: 1 });
  });

  it('of equal policies is zero without doubt', () => {
    const base = inventOutcomes({ b: { haste: 1 } }, 10);
    const { figures, worlds } = compare([...base, ...base.map((run) => ({ ...run, policy: 'a' }))]);
    for (const { value, lower, upper } of Object.values(figures)) expect([value, lower, upper]).toEqual([0, 0, 0]);
    expect(worlds).toEqual({ cheaper: 0, dearer: 0, same: 40 });
  });

  // Policies that are equal in truth: 3 of 60 differences exclude zero with these seeds.
  it('excludes zero about 5 times in 100 when there is no difference', () => {
    const outcomesOf = (trial: number) => {
      const policies = inventOutcomes({ a: { haste: 1 }, b: { haste: 1 } }, 30 * (trial + 1));
      return policies.filter(({ seed, kind }) => seed > 30 * trial && kind === 'harmful');
    };
    const trials = Array.from({ length: 60 }, (_, trial) => compare(outcomesOf(trial)).figures.misses);
    const wrong = trials.filter(({ lower, upper }) => lower! > 0 || upper! < 0).length;
    expect(wrong).toBeLessThanOrEqual(9);
  });
});
