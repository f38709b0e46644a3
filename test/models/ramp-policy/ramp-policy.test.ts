import { describe, expect, it } from 'vitest';
import type { PaceInPlan } from '../../../domain/index.ts';
import {
  APPETITES,
  COST_PARTS,
  checkRampPolicy,
  choosePace,
  type DecisionFeatures,
  decisionDraws,
  emptyRampPolicy,
  fitRidge,
  forgetALittle,
  type LearnedRollout,
  learnRollouts,
  predictLinear,
  RAMP_INPUTS,
  type RampAlgorithm,
  type RampPolicy,
  type RampQuestion,
  rampInputs,
  sampled,
  scalarCost,
  seedOf,
} from '../../../models/index.ts';
import { costModelOf } from '../../../models/ramp-policy/cost-model.ts';
import { seededDraws } from '../seeded-draws.ts';

const PACES_HERE: readonly PaceInPlan[] = [
  { pace: 'veryCautious', dwellFactor: 1.5, halfFactor: 6, skippedStages: 0 },
  { pace: 'cautious', dwellFactor: 1.2, halfFactor: 3, skippedStages: 0 },
  { pace: 'asPlanned', dwellFactor: 1, halfFactor: 1, skippedStages: 0 },
  { pace: 'aggressive', dwellFactor: 0.7, halfFactor: 0.7, skippedStages: 1 },
];

function someFeatures(uniform: () => number): DecisionFeatures {
  return {
    unitsPerMinute: 10 ** (1 + 4 * uniform()),
    rarestRate: uniform() < 0.5 ? null : 0.01 * uniform(),
    guardrails: 3,
    means: 1,
    harmLog10: 2 * uniform() - 1,
    doubtProbability: uniform(),
    riskProbability: uniform() < 0.5 ? null : uniform(),
    plannedHours: 1,
    room: 0.3,
  };
}

/** Harm shrinks with the time at one half where there is doubt; waiting costs hours. */
function costsOf(features: DecisionFeatures, { halfFactor, dwellFactor }: PaceInPlan, noise: number) {
  const longer = Math.log2(halfFactor);
  return {
    harm: Math.max(0, 0.1 + Math.max(0, features.doubtProbability - 0.5) * (0.4 - 0.15 * longer) + 0.01 * noise),
    hours: 1 + 0.4 * longer + 0.2 * Math.log2(dwellFactor),
    falseRollback: 0,
    move: 5,
    objective: 0,
  };
}

/** A policy that learned from so many rollouts of a uniform one. */
function learned(count: number, algorithm: RampAlgorithm = 'thompson', importance = 0.3): RampPolicy {
  const { uniform, normal } = seededDraws(5);
  const decisions = Array.from({ length: count }, (): LearnedRollout => {
    const features = someFeatures(uniform);
    const pace = PACES_HERE[Math.floor(uniform() * PACES_HERE.length)]!;
    const costs = costsOf(features, pace, normal());
    return {
      inputs: rampInputs(features, pace),
      scheduledInputs: rampInputs(features, PACES_HERE[2]!),
      costs: COST_PARTS.map((part) => costs[part]),
      importance,
    };
  });
  return learnRollouts(emptyRampPolicy('by test', algorithm), decisions);
}

const question = (seed: number, changed: Partial<RampQuestion> = {}): RampQuestion => ({
  features: someFeatures(seededDraws(seed).uniform),
  paces: PACES_HERE,
  scheduled: 2,
  factors: APPETITES.balanced,
  seed: seedOf('checkout', 1, seed),
  ...changed,
});

const ALGORITHMS = ['thompson', 'linUcb', 'squareCb'] as const;

describe('a ramp policy', () => {
  it('draws paces as often as the logged propensities say, over 100 000 draws', () => {
    const { propensities } = choosePace(learned(40), question(1))!;
    const counts = propensities.map(() => 0);
    const draws = 100_000;
    for (let index = 0; index < draws; index += 1) {
      counts[sampled(propensities, decisionDraws(seedOf('frequencies', index)).uniform())]! += 1;
    }
    for (const [a, propensity] of propensities.entries()) {
      const error = Math.sqrt((propensity * (1 - propensity)) / draws);
      expect(Math.abs(counts[a]! / draws - propensity)).toBeLessThan(4 * error + 1e-12);
    }
  });

  it.each(ALGORITHMS)('has importance weights of 1 in the mean, for any other policy: %s', (algorithm) => {
    const policy = learned(40, algorithm);
    const decisions = algorithm === 'thompson' ? 3_000 : 20_000;
    const weights = Array.from({ length: decisions }, (_, seed) => {
      const { taken, propensities } = choosePace(policy, question(1, { seed: seedOf('weights', seed) }))!;
      // The other policy prefers quick paces.
      return [0.1, 0.2, 0.3, 0.4][taken]! / propensities[taken]!;
    });
    const mean = weights.reduce((sum, w) => sum + w, 0) / decisions;
    const variance = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / (decisions - 1);
    expect(Math.abs(mean - 1)).toBeLessThan(3.5 * Math.sqrt(variance / decisions));
    expect(Math.sqrt(variance / decisions)).toBeLessThan(0.1);
  });

  it.each(ALGORITHMS)('explores every affordable pace with a known share at least: %s', (algorithm) => {
    for (let seed = 0; seed < 50; seed += 1) {
      const { propensities } = choosePace(learned(200, algorithm), question(seed))!;
      expect(propensities.reduce((sum, propensity) => sum + propensity, 0)).toBeCloseTo(1, 12);
      for (const propensity of propensities)
        expect(propensity).toBeGreaterThanOrEqual(0.02 / PACES_HERE.length - 1e-12);
    }
  });

  it('answers the same for the same seed, and depends on nothing but its question', () => {
    const policy = learned(100);
    const before = JSON.stringify(policy);
    const answer = choosePace(policy, question(3));
    choosePace(policy, question(4));
    expect(choosePace(JSON.parse(before) as RampPolicy, question(3))).toEqual(answer);
    expect(JSON.stringify(policy)).toBe(before);
  });

  it.each(ALGORITHMS)('learns to wait where there is much doubt, and not to where there is none: %s', (algorithm) => {
    const policy = learned(2_000, algorithm);
    const mean = (doubtProbability: number) => {
      const features = { ...someFeatures(seededDraws(1).uniform), doubtProbability };
      const { propensities } = choosePace(policy, question(1, { features }))!;
      return propensities.reduce((sum, propensity, a) => sum + propensity * PACES_HERE[a]!.halfFactor, 0);
    };
    expect(mean(0.98)).toBeGreaterThan(mean(0.05) + 1);
  });

  it('is as careful as the appetite says, with the same knowledge', () => {
    const policy = learned(2_000, 'linUcb');
    const features = { ...someFeatures(seededDraws(1).uniform), doubtProbability: 0.7 };
    const atHalf = (appetite: keyof typeof APPETITES) => {
      const { propensities } = choosePace(policy, question(1, { features, factors: APPETITES[appetite] }))!;
      return PACES_HERE[propensities.indexOf(Math.max(...propensities))]!.halfFactor;
    };
    expect(atHalf('careful')).toBeGreaterThan(atHalf('fast'));
  });

  it('believes of what a rollout costs at the pace of its plan what is believed of its kind', () => {
    const { features } = question(1);
    const plan = rampInputs(features, PACES_HERE[2]!);
    const other = rampInputs({ ...features, unitsPerMinute: 2 * features.unitsPerMinute + 1 }, PACES_HERE[2]!);
    const ofThePace = RAMP_INPUTS.flatMap((name, i) =>
      /^(dwell|at half|skipped)/.test(name) ? [plan[i]!, other[i]!] : [],
    );
    expect(ofThePace.length).toBeGreaterThan(30);
    expect(ofThePace.every((input) => input === 0)).toBe(true);
  });

  it('believes what a ridge regression on the scalar cost does', () => {
    const { uniform, normal } = seededDraws(9);
    const rows = Array.from({ length: 100 }, () => {
      const features = someFeatures(uniform);
      const pace = PACES_HERE[Math.floor(uniform() * 4)]!;
      return { inputs: rampInputs(features, pace), costs: costsOf(features, pace, normal()) };
    });
    const policy = learnRollouts(
      emptyRampPolicy('ridge'),
      rows.map(({ inputs, costs }) => ({
        inputs,
        scheduledInputs: inputs,
        costs: COST_PARTS.map((part) => costs[part]),
        importance: 1,
      })),
    );
    const observations = rows.map(({ inputs, costs }) => ({ inputs, outcome: scalarCost(costs, APPETITES.fast) }));
    const theta = fitRidge(observations, RAMP_INPUTS.length, 1);
    const { theta: own, sigma } = costModelOf(policy, APPETITES.fast);
    for (const [i, value] of own.entries()) expect(value).toBeCloseTo(theta[i]!, 8);
    const residual = observations.reduce(
      (sum, { inputs, outcome }) => sum + outcome * (outcome - predictLinear(theta, inputs)),
      0,
    );
    expect(sigma).toBeCloseTo(Math.sqrt((residual + 25) / 101), 8);
  });

  it('stops departing from the pace of the plan once departures have cost more than it may', () => {
    const inputs = rampInputs(question(1).features, PACES_HERE[3]!);
    const scheduledInputs = rampInputs(question(1).features, PACES_HERE[2]!);
    const disaster: LearnedRollout = { inputs, scheduledInputs, costs: [1, 0, 0, 1], importance: 1 };
    const fine: LearnedRollout = { inputs: scheduledInputs, scheduledInputs, costs: [0, 1, 0, 1], importance: 1 };
    const policy = learnRollouts(emptyRampPolicy('burnt', 'squareCb'), [
      ...Array<LearnedRollout>(20).fill(disaster),
      ...Array<LearnedRollout>(20).fill(fine),
    ]);
    const { propensities } = choosePace(policy, question(1))!;
    expect(propensities[3]).toBe(0);
    expect(propensities[2]).toBeGreaterThan(0);
  });

  it('stays of one size, and forgets slowly', () => {
    const size = (policy: RampPolicy) => RAMP_INPUTS.length * policy.precision.length + policy.moments.length;
    expect(size(learned(500))).toBe(size(emptyRampPolicy('new')));
    let policy = learned(100);
    for (let rollout = 0; rollout < 3_000; rollout += 1) policy = forgetALittle(policy, 0.995);
    expect(policy.precision[0]![0]!).toBeCloseTo(1, 4);
    expect(policy.decisions).toBeCloseTo(0, 4);
  });

  it('has finite inputs of about unit size, whatever it is told', () => {
    const wild = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1e300];
    for (const value of wild) {
      const features = Object.fromEntries(Object.keys(question(1).features).map((name) => [name, value]));
      const inputs = rampInputs(features as unknown as DecisionFeatures, {
        dwellFactor: value,
        halfFactor: value,
        skippedStages: value,
      });
      for (const input of inputs) expect(Math.abs(input)).toBeLessThan(100);
    }
  });

  it('has learned nothing of a part of the cost that was not counted yet', () => {
    const before = learned(10);
    const four = {
      ...before,
      moments: before.moments.slice(0, 4),
      crossMoments: before.crossMoments.slice(0, 4).map((row) => row.slice(0, 4)),
    };
    expect(checkRampPolicy(four)).toEqual({ kind: 'usable', artefact: before });
  });

  it('is refused where a number, a row or a name is wrong', () => {
    const usable = learned(10);
    expect(checkRampPolicy(JSON.parse(JSON.stringify(usable))).kind).toBe('usable');
    const broken = [
      null,
      { ...usable, schema: 'ramp/2' },
      { ...usable, algorithm: 'guess' },
      { ...usable, explorationFloor: 0 },
      { ...usable, precision: usable.precision.slice(1) },
      { ...usable, moments: [...usable.moments.slice(1), usable.moments[0]!.map(() => Number.NaN)] },
      { ...usable, ledger: { scheduled: usable.ledger.scheduled } },
    ];
    for (const json of broken) expect(checkRampPolicy(json).kind).toBe('refused');
  });
});
