import { describe, expect, it } from 'vitest';
import { fitLogistic, logisticProbability } from '../../../training/labels/fit-logistic.ts';
import {
  labelFromEnd,
  labelFromLaterEvidence,
  labelKnownAt,
  labelWeights,
  MAX_LABEL_WEIGHT,
} from '../../../training/labels/index.ts';
import { seededDraws } from '../../models/seeded-draws.ts';
import { aKnownLabel } from '../recorded-world.ts';

describe('the label of a generation', () => {
  const at = (ingestedAtMs: number, changes: Parameters<typeof aKnownLabel>[1] = {}) =>
    aKnownLabel('r', { labelId: `l-${ingestedAtMs}`, ingestedAtMs, atMs: ingestedAtMs, ...changes });

  it.each([
    ['a person before later evidence', ['operator', 'laterEvidence', 'rule'], 'operator'],
    ['later evidence before a rule', ['rule', 'laterEvidence'], 'laterEvidence'],
    ['a simulation, which knows, before all', ['operator', 'simulation'], 'simulation'],
  ] as const)('is that of %s, whoever spoke last', (_, sources, first) => {
    for (const order of [sources, sources.toReversed()]) {
      const labels = order.map((source, index) =>
        at(10 + index, { source, verdict: source === first ? 'regressed' : 'healthy' }),
      );
      expect(labelKnownAt(labels, 100)).toMatchObject({ source: first, verdict: 'regressed' });
    }
  });

  it('is the newest one of its source that was known at the cut-off', () => {
    const labels = [at(10), at(30, { verdict: 'regressed' }), at(20, { verdict: 'unknown' })];
    const verdicts = [9, 10, 25, 30].map((cutOffMs) => labelKnownAt(labels, cutOffMs)?.verdict);
    expect(verdicts).toEqual([undefined, 'healthy', 'unknown', 'regressed']);
  });

  it('is never what a model says of its own alarm', () => {
    expect(
      labelKnownAt([at(10, { author: 'model:risk-7', verdict: 'regressed', source: 'rule' })], 100),
    ).toBeUndefined();
  });

  it('does not depend on the order in which labels come', () => {
    const labels = [
      at(10),
      at(10, { labelId: 'b', verdict: 'regressed' }),
      at(10, { labelId: 'a', verdict: 'unknown' }),
    ];
    expect(labelKnownAt(labels, 10)).toEqual(labelKnownAt(labels.toReversed(), 10));
  });
});

const HOUR_MS = 3_600_000;

describe('weights of labelled cases', () => {
  it('make the labelled ones stand for all, when labels are missing for a reason that is known', () => {
    const draws = seededDraws(3);
    const cases = Array.from({ length: 4_000 }, () => {
      const x = draws.normal();
      return { x, isLabelled: draws.uniform() < 1 / (1 + Math.exp(-(0.5 + x))), covariates: [x] };
    });
    const weights = labelWeights(cases);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = cases.reduce((sum, { x }, index) => sum + weights[index]! * x, 0) / total;
    const labelled = cases.filter(({ isLabelled }) => isLabelled);
    const naive = labelled.reduce((sum, { x }) => sum + x, 0) / labelled.length;
    expect(naive).toBeGreaterThan(0.3);
    expect(Math.abs(mean)).toBeLessThan(0.06);
    expect(Math.abs(total / cases.length - 1)).toBeLessThan(0.05);
  });

  it('are at most 10, and 1 where all are labelled, and 0 where none is', () => {
    const rare = Array.from({ length: 500 }, (_, index) => ({ isLabelled: index % 50 === 0, covariates: [index % 7] }));
    expect(Math.max(...labelWeights(rare))).toBe(MAX_LABEL_WEIGHT);
    expect(labelWeights(rare.map((one) => ({ ...one, isLabelled: true })))).toEqual(rare.map(() => 1));
    expect(labelWeights(rare.map((one) => ({ ...one, isLabelled: false })))).toEqual(rare.map(() => 0));
  });

  it('stay finite where the covariates separate the labelled from the others', () => {
    const cases = Array.from({ length: 40 }, (_, index) => ({ isLabelled: index < 20, covariates: [index, 1] }));
    for (const weight of labelWeights(cases)) expect(weight).toBeLessThanOrEqual(MAX_LABEL_WEIGHT);
  });

  it('come from a regression whose penalised likelihood has no slope left', () => {
    const draws = seededDraws(4);
    const cases = Array.from({ length: 60 }, () => {
      const x = [draws.normal(), 5 + 3 * draws.normal()];
      return { x, y: draws.uniform() < 1 / (1 + Math.exp(-x[0]!)) ? (1 as const) : (0 as const) };
    });
    const fit = fitLogistic(cases);
    const residuals = cases.map(({ x, y }) => y - logisticProbability(fit, x));
    expect(residuals.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
    for (const j of [0, 1]) {
      const slope = residuals.reduce(
        (sum, value, i) => sum + (value * (cases[i]!.x[j]! - fit.mean[j]!)) / fit.scale[j]!,
        0,
      );
      expect(slope).toBeCloseTo(fit.coefficients[j + 1]!, 6);
    }
  });
});

describe('what an end says by itself', () => {
  it.each([
    ['rolledBack', 'controller', ['guardrailBreach'], [], 'regressed'],
    ['rolledBack', 'controller', ['catastropheInBurnIn'], [], 'regressed'],
    ['rolledBack', 'controller', ['noDataFailure'], ['fail'], 'unknown'],
    ['rolledBack', 'controller', ['anyOtherReason', 'guardrailBreach'], ['fail'], 'unknown'],
    ['rolledBack', 'controller', [], [], 'unknown'],
    ['rolledBack', 'operator', [], ['pass'], 'regressed'],
    ['completed', 'controller', ['bakeCleared'], ['pass', 'pass'], 'healthy'],
    ['completed', 'controller', ['bakeCleared'], ['pass', 'inconclusive'], 'unknown'],
    ['completed', 'operator', [], [], 'unknown'],
  ] as const)('%s by the %s for %j with %j: %s', (phase, by, codes, verdicts, verdict) => {
    expect(labelFromEnd({ phase, by, codes, verdicts })).toMatchObject({ verdict });
  });

  it('is overruled by the holdback, a day later and not before', () => {
    const inside = { lower: 0.9, upper: 1.05, harmlessUpTo: 1.1 };
    const beyond = { lower: 1.2, upper: 1.9, harmlessUpTo: 1.1 };
    const across = { lower: 0.9, upper: 1.3, harmlessUpTo: 1.1 };
    const later = { endedAtMs: 0, nowMs: 24 * HOUR_MS };
    expect(labelFromLaterEvidence([inside, inside], later)?.verdict).toBe('healthy');
    expect(labelFromLaterEvidence([inside, beyond], later)?.verdict).toBe('regressed');
    expect(labelFromLaterEvidence([inside, across], later)).toBeUndefined();
    expect(labelFromLaterEvidence([beyond], { ...later, nowMs: 24 * HOUR_MS - 1 })).toBeUndefined();
    expect(labelFromLaterEvidence([], later)).toBeUndefined();
  });
});
