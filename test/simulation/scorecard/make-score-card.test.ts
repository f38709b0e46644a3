import { describe, expect, it } from 'vitest';
import { makeScoreCard, scoreCardJson } from '../../../simulation/scorecard/index.ts';
import { aBenignRun, aFaultyRun, aHarmfulRun, aPlan, inventOutcomes } from './builders.ts';

const SMALL = [
  aHarmfulRun({ seed: 1, harm: 0.1 }),
  aHarmfulRun({ seed: 2, harm: 0.5, end: 'completed' }),
  aHarmfulRun({ seed: 3, harm: 1.7, end: 'unfinished', endedAtMs: null }),
  aHarmfulRun({ seed: 4, harm: 0, harmedSinceMs: null }),
  aBenignRun({ seed: 1, end: 'rolledBack', hoursTo95: null, reversals: 1 }),
  aBenignRun({ seed: 2, hoursTo95: 1 }),
  aBenignRun({ seed: 3, end: 'unfinished', hoursTo95: null }),
  aBenignRun({ seed: 4, hoursTo95: 2 }),
  aFaultyRun({ seed: 1 }),
  aFaultyRun({ seed: 2, actedOnFault: true }),
];

describe('a score card of a few runs', () => {
  const card = makeScoreCard(SMALL, aPlan());
  const [score] = card.policies;
  const value = (metric: keyof NonNullable<typeof score>['figures']) => score!.figures[metric].value;

  it('has the loss that one gets by hand', () => {
    // Harmful: (10 + 50 + 100 + 0) / 4 = 40. Benign: (28 + 4 + 48 + 8) / 4 = 22.
    expect(value('loss')).toBeCloseTo(0.25 * 40 + 0.75 * 22, 12);
    expect(score!.lossParts).toEqual({ harmful: 10, benign: 16.5 });
  });

  it('counts false rollbacks and misses with the exact interval of Clopper and Pearson', () => {
    expect(score!.figures.falseRollbacks).toMatchObject({ value: 0.25, runs: 4 });
    // 1 of 4 and 2 of 4, from tables of the binomial distribution.
    expect(score!.figures.falseRollbacks.lower).toBeCloseTo(0.00631, 5);
    expect(score!.figures.falseRollbacks.upper).toBeCloseTo(0.80588, 5);
    expect(score!.figures.misses.lower).toBeCloseTo(0.06759, 5);
    expect(score!.figures.misses.upper).toBeCloseTo(0.93241, 5);
  });

  it('takes the lower median of hours, with twelve for what never got there', () => {
    expect(value('hoursTo95')).toBe(2);
  });

  it('takes delays from runs that were taken back after they began to harm', () => {
    expect(score!.figures.delayMedian).toMatchObject({ value: 5, runs: 1 });
    expect(score!.delays.at(-1)).toEqual({ minutes: 720, share: 1 / 3 });
  });

  it('does not cut harm off outside the loss, and has the other means', () => {
    expect(value('harm')).toBeCloseTo(2.3 / 4, 12);
    expect(value('segmentHarm')).toBeCloseTo(0.2, 12);
    expect(value('steps')).toBe(3);
    expect(value('reversals')).toBe(1 / 8);
    expect(value('faultsHandled')).toBe(0.5);
  });

  it('shows each scenario with the figures that speak about it, and its cost as loss', () => {
    expect(card.scenarios.map(({ name, runs }) => [name, runs])).toEqual([
      ['H1', 4],
      ['B1', 4],
      ['D1', 2],
    ]);
    const [harmful, benign, fault] = score!.scenarios;
    expect([harmful, benign].map((each) => each!.figures.loss!.value)).toEqual([40, 22]);
    expect(Object.keys(benign!.figures)).toEqual(['loss', 'falseRollbacks', 'hoursTo95', 'steps', 'reversals']);
    expect(Object.keys(fault!.figures)).toEqual(['faultsHandled']);
  });

  it('says null, not zero, where nothing was seen', () => {
    const [alone] = makeScoreCard([aHarmfulRun({ end: 'completed' })], aPlan()).policies;
    const nothing = { value: null, lower: null, upper: null };
    for (const metric of ['loss', 'falseRollbacks', 'hoursTo95', 'delayMedian', 'faultsHandled'] as const)
      expect(alone!.figures[metric]).toMatchObject(nothing);
    expect(alone!.figures.misses.value).toBe(1);
  });
});

describe('a score card', () => {
  const outcomes = inventOutcomes({ slow: { haste: 0.5 }, fast: { haste: 1.5 }, 'fast 10': { haste: 1.6 } }, 12);

  it('is the same to the byte for the same outcomes in another order', () => {
    const plan = aPlan({ references: ['slow'], sweeps: [{ name: 'speed', policies: ['slow', 'fast'] }] });
    const mixed = outcomes.toSorted((a, b) => ((a.seed * a.policy.length) % 7) - ((b.seed * b.policy.length) % 7));
    expect(scoreCardJson(makeScoreCard(mixed, plan))).toBe(scoreCardJson(makeScoreCard(outcomes, plan)));
  });

  it('puts scenarios by kind and number, and policies by loss', () => {
    const card = makeScoreCard(outcomes, aPlan());
    expect(card.scenarios.map(({ name }) => name)).toEqual(['H1', 'H2', 'B1', 'B10', 'D1']);
    const losses = card.policies.map(({ figures }) => figures.loss.value!);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
  });

  it('holds every value between the ends of its interval', () => {
    for (const { figures, scenarios } of makeScoreCard(outcomes, aPlan()).policies)
      for (const { value, lower, upper } of [figures, ...scenarios.map((each) => each.figures)].flatMap(
        Object.values,
      )) {
        expect(lower).toBeLessThanOrEqual(value + 1e-12);
        expect(upper).toBeGreaterThanOrEqual(value - 1e-12);
      }
  });

  it.each([
    ['no outcomes', []],
    ['a world twice', [aHarmfulRun(), aHarmfulRun()]],
    ['policies in different worlds', [aHarmfulRun(), aHarmfulRun({ policy: 'b', seed: 2 })]],
    ['a policy with a world less', [...SMALL, ...SMALL.slice(1).map((run) => ({ ...run, policy: 'b' }))]],
    ['a scenario of two kinds', [aHarmfulRun(), aBenignRun({ scenario: 'H1', seed: 2 })]],
    ['a harm that is no number', [aHarmfulRun({ harm: Number.NaN })]],
    ['a negative harm', [aHarmfulRun({ segmentHarm: -0.1 })]],
    ['a rollback without a time', [aHarmfulRun({ endedAtMs: null })]],
  ])('refuses %s', (_, wrong) => {
    expect(() => makeScoreCard(wrong, aPlan())).toThrow(Error);
  });

  it('refuses a plan with a policy that nobody played', () => {
    expect(() => makeScoreCard(SMALL, aPlan({ references: ['b'] }))).toThrow('no outcomes of the policy b');
    const sweeps = [{ name: 'speed', policies: ['a', 'c'] }];
    expect(() => makeScoreCard(SMALL, aPlan({ sweeps }))).toThrow('no outcomes of the policy c');
  });
});
