import { describe, expect, it } from 'vitest';
import {
  addNewUnits,
  combineEvidence,
  emptySampleRatioEvidence,
  logSampleRatioOfSources,
  SAMPLE_RATIO_ALPHA,
} from '../../models/index.ts';
import golden from './golden.json' with { type: 'json' };
import { seededDraws } from './seeded-draws.ts';

const line = Math.log(1 / SAMPLE_RATIO_ALPHA);

describe('the sample-ratio test', () => {
  it.each(golden.sampleRatio)('log E agrees with 40-digit arithmetic: $units', ({ units, logE }) => {
    let evidence = emptySampleRatioEvidence();
    units.forEach(([intendedShare, treatment, control], t) => {
      evidence = addNewUnits(evidence, { intendedShare: intendedShare!, treatment: treatment!, control: control! });
      expect(logSampleRatioOfSources([evidence])).toBeCloseTo(logE[t]!, 7);
    });
  });

  it('has nothing to compare where only one side is intended', () => {
    const empty = emptySampleRatioEvidence();
    expect(addNewUnits(empty, { intendedShare: 1, treatment: 500, control: 0 })).toBe(empty);
    expect(addNewUnits(empty, { intendedShare: 0, treatment: 0, control: 500 })).toBe(empty);
  });

  it.each([
    { trueShare: 0.5, isFound: false },
    { trueShare: 0.47, isFound: true },
    { trueShare: 0.53, isFound: true },
  ])('intended half, true share $trueShare: found = $isFound', ({ trueShare, isFound }) => {
    const draws = seededDraws(5);
    let evidence = emptySampleRatioEvidence();
    let peak = 0;
    for (let t = 0; t < 200; t += 1) {
      const [treatment, control] = [draws.poisson(200 * trueShare), draws.poisson(200 * (1 - trueShare))];
      evidence = addNewUnits(evidence, { intendedShare: 0.5, treatment, control });
      peak = Math.max(peak, logSampleRatioOfSources([evidence]));
    }
    expect(peak >= line).toBe(isFound);
  });
});

describe('combined evidence', () => {
  it('is the golden weighted average of e-values', () => {
    const parts = [
      { logE: 0.5, weight: 5 },
      { logE: 2, weight: 3 },
      { logE: -1, weight: 2 },
    ];
    expect(combineEvidence(parts)).toBeCloseTo(1.13611786299, 10);
  });
});
