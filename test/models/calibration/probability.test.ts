import { describe, expect, it } from 'vitest';
import {
  afterBenignRollout,
  alphaInUse,
  fitPlatt,
  type LabelledScore,
  plattProbability,
  priorShift,
  startAdaptiveAlpha,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

const draws = seededDraws(17);
const drawn = (slope: number, intercept: number, count: number): readonly LabelledScore[] =>
  Array.from({ length: count }, () => {
    const score = 3 * draws.normal();
    return { score, label: draws.uniform() < 1 / (1 + Math.exp(-(slope * score + intercept))) ? 1 : 0 };
  });

describe('Platt scaling', () => {
  it('finds the line that labels were drawn from', () => {
    const { slope, intercept } = fitPlatt(drawn(0.6, -1, 20_000))!;
    // Standard errors are about .008 and .02.
    expect(slope).toBeCloseTo(0.6, 1);
    expect(Math.abs(intercept + 1)).toBeLessThan(0.08);
  });

  it('makes its probabilities add up to the labels, which is what maximum likelihood does', () => {
    const rows = drawn(1.2, 0.5, 500);
    const scaling = { ...fitPlatt(rows)!, shift: 0 };
    const positives = rows.filter(({ label }) => label === 1).length;
    const negatives = rows.length - positives;
    const target = (positives * (positives + 1)) / (positives + 2) + negatives / (negatives + 2);
    expect(rows.reduce((sum, { score }) => sum + plattProbability(scaling, score), 0)).toBeCloseTo(target, 5);
  });

  it('has a finite slope for scores that separate the labels', () => {
    const rows = [-3, -2, -1, 1, 2, 3].map((score): LabelledScore => ({ score, label: score > 0 ? 1 : 0 }));
    const { slope, intercept } = fitPlatt(rows)!;
    expect(slope).toBeGreaterThan(0.5);
    expect(slope).toBeLessThan(10);
    expect(intercept).toBeCloseTo(0, 6);
  });

  it('needs both labels', () => {
    expect(fitPlatt([{ score: 1, label: 1 }])).toBeUndefined();
  });

  it('shifts to the prior in use', () => {
    expect(priorShift(0.477)).toBeCloseTo(Math.log(1 / 3) - Math.log(0.477 / 0.523), 12);
    // A score that says nothing among harmful halves leaves the prior in use.
    expect(plattProbability({ slope: 1, intercept: 0, shift: priorShift(0.5) }, 0)).toBeCloseTo(0.25, 12);
    expect(priorShift(0.25)).toBe(0);
  });
});

describe("a tenant's α", () => {
  const alpha = 0.01;

  it('moves by a hundredth of what it is off, inside its limits', () => {
    const start = startAdaptiveAlpha(alpha);
    expect(afterBenignRollout(start, false, alpha).alpha).toBeCloseTo(0.0101, 15);
    const wrong = afterBenignRollout(start, true, alpha);
    expect(wrong.alpha).toBeCloseTo(0.01 - 0.0099, 15);
    expect(afterBenignRollout(wrong, true, alpha)).toEqual({ alpha: 0, benignRollouts: 2 });
    let state = start;
    for (let rollout = 0; rollout < 500; rollout += 1) state = afterBenignRollout(state, false, alpha);
    expect(state.alpha).toBe(2 * alpha);
  });

  it('is shrunk to the global one as by 200 rollouts, and not looser than it before it has as many', () => {
    expect(alphaInUse({ alpha: 0.02, benignRollouts: 199 }, alpha)).toBe(alpha);
    expect(alphaInUse({ alpha: 0.02, benignRollouts: 200 }, alpha)).toBeCloseTo(0.015, 15);
    expect(alphaInUse({ alpha: 0.005, benignRollouts: 100 }, alpha)).toBeCloseTo((0.5 + 2) / 300, 15);
  });

  it('stops all alarms at 0', () => {
    expect(alphaInUse({ alpha: 0, benignRollouts: 2 }, alpha)).toBe(0);
  });

  it('ends near the rate that was promised although the world has drifted', () => {
    // Scores are twice as wild as in the calibration: at α the old threshold alarms far too often.
    const world = seededDraws(3);
    let [state, falseAlarms, last] = [startAdaptiveAlpha(0.1), 0, 0];
    for (let rollout = 1; rollout <= 6000; rollout += 1) {
      const p = Math.min(1, world.uniform() / 2);
      const isFalse = p <= state.alpha;
      falseAlarms += isFalse ? 1 : 0;
      last += isFalse && rollout > 3000 ? 1 : 0;
      state = afterBenignRollout(state, isFalse, 0.1);
    }
    expect(falseAlarms / 6000).toBeGreaterThan(0.08);
    expect(last / 3000).toBeLessThan(0.13);
  });
});
