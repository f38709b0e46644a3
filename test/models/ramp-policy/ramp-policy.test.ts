import { describe, expect, it } from 'vitest';
import {
  APPETITES,
  COST_PARTS,
  checkRampPolicy,
  chooseAction,
  type DecisionFeatures,
  decisionDraws,
  emptyRampPolicy,
  fitRidge,
  forgetALittle,
  type LearnedDecision,
  learnDecisions,
  predictLinear,
  RAMP_INPUTS,
  type RampAction,
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

const ACTIONS: readonly RampAction[] = [
  { action: 'hold', coverage: 1_000 },
  { action: 'ramp', coverage: 2_237 },
  { action: 'ramp', coverage: 5_000 },
  { action: 'ramp', coverage: 6_000 },
];

function someFeatures(uniform: () => number): DecisionFeatures {
  return {
    coverage: 1_000,
    harmLog10: 2 * uniform() - 1,
    presentLog10: 2 * uniform() - 1,
    doubtProbability: uniform(),
    riskProbability: uniform() < 0.5 ? null : uniform(),
    unitsPerMinute: 5_000 * uniform(),
    minutesInStage: 30 * uniform(),
    hoursSinceStart: 3 * uniform(),
    dwellLeft: 0,
    stagesLeft: 4,
    budgetLeft: 1,
  };
}

/** Harm grows with the step where there is doubt; waiting costs hours. */
function costsOf(features: DecisionFeatures, { action, coverage }: RampAction, noise: number) {
  const step = coverage / 1_000 - 1;
  const harm = Math.max(0, (features.doubtProbability - 0.5) * step * 0.05 + 0.01 * noise);
  return {
    harm,
    hours: action === 'hold' ? 2 : 1 - 0.1 * step,
    falseRollback: 0,
    move: action === 'hold' ? 0 : 1,
    objective: 0,
  };
}

/** A policy that learned from so many decisions of a uniform one. */
function learned(count: number, algorithm: RampAlgorithm = 'thompson', importance = 0.3): RampPolicy {
  const { uniform, normal } = seededDraws(5);
  const decisions = Array.from({ length: count }, (): LearnedDecision => {
    const features = someFeatures(uniform);
    const action = ACTIONS[Math.floor(uniform() * ACTIONS.length)]!;
    const costs = costsOf(features, action, normal());
    return {
      inputs: rampInputs(features, action),
      scheduledInputs: rampInputs(features, ACTIONS[2]!),
      costs: COST_PARTS.map((part) => costs[part]),
      importance,
    };
  });
  return learnDecisions(emptyRampPolicy('by test', algorithm), decisions);
}

const question = (seed: number, changed: Partial<RampQuestion> = {}): RampQuestion => ({
  features: someFeatures(seededDraws(seed).uniform),
  actions: ACTIONS,
  scheduled: 2,
  factors: APPETITES.balanced,
  seed: seedOf('checkout', 1, seed),
  ...changed,
});

const ALGORITHMS = ['thompson', 'linUcb', 'squareCb'] as const;

describe('a ramp policy', () => {
  it('draws actions as often as the logged propensities say, over 100 000 draws', () => {
    const { propensities } = chooseAction(learned(40), question(1))!;
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
      const { taken, propensities } = chooseAction(policy, question(1, { seed: seedOf('weights', seed) }))!;
      // The other policy prefers long steps.
      return [0.1, 0.2, 0.3, 0.4][taken]! / propensities[taken]!;
    });
    const mean = weights.reduce((sum, w) => sum + w, 0) / decisions;
    const variance = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / (decisions - 1);
    expect(Math.abs(mean - 1)).toBeLessThan(3.5 * Math.sqrt(variance / decisions));
    expect(Math.sqrt(variance / decisions)).toBeLessThan(0.1);
  });

  it.each(ALGORITHMS)('explores every affordable action with a known share at least: %s', (algorithm) => {
    for (let seed = 0; seed < 50; seed += 1) {
      const { propensities } = chooseAction(learned(200, algorithm), question(seed))!;
      expect(propensities.reduce((sum, propensity) => sum + propensity, 0)).toBeCloseTo(1, 12);
      for (const propensity of propensities) expect(propensity).toBeGreaterThanOrEqual(0.02 / ACTIONS.length - 1e-12);
    }
  });

  it('answers the same for the same seed, and depends on nothing but its question', () => {
    const policy = learned(100);
    const before = JSON.stringify(policy);
    const answer = chooseAction(policy, question(3));
    chooseAction(policy, question(4));
    expect(chooseAction(JSON.parse(before) as RampPolicy, question(3))).toEqual(answer);
    expect(JSON.stringify(policy)).toBe(before);
  });

  it.each(ALGORITHMS)('learns to step far where nothing speaks of harm, and short where much does: %s', (algorithm) => {
    const policy = learned(2_000, algorithm);
    const mean = (doubtProbability: number) => {
      const features = { ...someFeatures(seededDraws(1).uniform), doubtProbability };
      const { propensities } = chooseAction(policy, question(1, { features }))!;
      return propensities.reduce((sum, propensity, a) => sum + propensity * ACTIONS[a]!.coverage, 0);
    };
    expect(mean(0.05)).toBeGreaterThan(mean(0.98) + 500);
  });

  it('is as careful as the appetite says, with the same knowledge', () => {
    const policy = learned(2_000, 'linUcb');
    const features = { ...someFeatures(seededDraws(1).uniform), doubtProbability: 0.8 };
    const coverage = (appetite: keyof typeof APPETITES) =>
      ACTIONS[chooseAction(policy, question(1, { features, factors: APPETITES[appetite] }))!.taken]!.coverage;
    expect(coverage('careful')).toBeLessThan(coverage('fast'));
  });

  it('believes what a ridge regression on the scalar cost does', () => {
    const { uniform, normal } = seededDraws(9);
    const rows = Array.from({ length: 100 }, () => {
      const features = someFeatures(uniform);
      const action = ACTIONS[Math.floor(uniform() * 4)]!;
      return { inputs: rampInputs(features, action), costs: costsOf(features, action, normal()) };
    });
    const policy = learnDecisions(
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

  it('stops departing from the schedule once departures have cost more than it may', () => {
    const inputs = rampInputs(question(1).features, ACTIONS[3]!);
    const scheduledInputs = rampInputs(question(1).features, ACTIONS[2]!);
    const disaster: LearnedDecision = { inputs, scheduledInputs, costs: [1, 0, 0, 1], importance: 1 };
    const fine: LearnedDecision = { inputs: scheduledInputs, scheduledInputs, costs: [0, 1, 0, 1], importance: 1 };
    const policy = learnDecisions(emptyRampPolicy('burnt', 'squareCb'), [
      ...Array<LearnedDecision>(20).fill(disaster),
      ...Array<LearnedDecision>(20).fill(fine),
    ]);
    const { propensities } = chooseAction(policy, question(1))!;
    expect(propensities[3]).toBe(0);
    expect(propensities[2]).toBeGreaterThan(0);
  });

  it('stays of one size, and forgets slowly', () => {
    const size = (policy: RampPolicy) => RAMP_INPUTS.length * policy.precision.length + policy.moments.length;
    expect(size(learned(500))).toBe(size(emptyRampPolicy('new')));
    let policy = learned(100);
    for (let rollout = 0; rollout < 3_000; rollout += 1) policy = forgetALittle(policy);
    expect(policy.precision[0]![0]!).toBeCloseTo(1, 4);
    expect(policy.decisions).toBeCloseTo(0, 4);
  });

  it('has finite inputs of about unit size, whatever it is told', () => {
    const wild = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1e300];
    for (const value of wild) {
      const features = Object.fromEntries(Object.keys(question(1).features).map((name) => [name, value]));
      const inputs = rampInputs({ ...(features as unknown as DecisionFeatures), coverage: 3_000 }, ACTIONS[2]!);
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
      { ...usable, schema: 'ramp/0' },
      { ...usable, algorithm: 'guess' },
      { ...usable, explorationFloor: 0 },
      { ...usable, precision: usable.precision.slice(1) },
      { ...usable, moments: [...usable.moments.slice(1), usable.moments[0]!.map(() => Number.NaN)] },
      { ...usable, ledger: { scheduled: usable.ledger.scheduled } },
    ];
    for (const json of broken) expect(checkRampPolicy(json).kind).toBe('refused');
  });
});
