import { describe, expect, it } from 'vitest';
import { afterEpoch, afterForgottenEpochs, logOnsetMixture } from '../../models/index.ts';
import { seededDraws } from './seeded-draws.ts';

const NONE = Number.NEGATIVE_INFINITY;

describe('evidence by onset', () => {
  it('is 1 before any data, whichever epoch it is: the weights sum to 1', () => {
    let past = NONE;
    for (let ordinal = 1; ordinal <= 50; ordinal += 1) {
      expect(logOnsetMixture({ whole: 0, past, present: 0, ordinal })).toBeCloseTo(0, 12);
      past = afterEpoch({ past, present: 0, ordinal });
      expect(past).toBeCloseTo(afterForgottenEpochs(ordinal + 1), 12);
    }
  });

  it('costs a quarter of a unit of evidence where harm is there from the start', () => {
    const logE = logOnsetMixture({ whole: 5, past: NONE, present: 5, ordinal: 1 });
    expect(5 - logE).toBeGreaterThan(0);
    expect(5 - logE).toBeLessThan(0.25);
  });

  it('keeps what an epoch said, though the whole sinks without bound', () => {
    const past = afterEpoch({ past: afterEpoch({ past: NONE, present: -50, ordinal: 1 }), present: 12, ordinal: 2 });
    expect(logOnsetMixture({ whole: -500, past, present: -80, ordinal: 3 })).toBeGreaterThan(7);
  });

  it('is passed by chance with probability α at most, epoch after epoch (α = 0.05, 4 000 runs, standard error 0.3 points)', () => {
    const { normal } = seededDraws(41);
    const step = (sum: number) => sum + 0.4 * normal() - 0.08;
    let fired = 0;
    for (let run = 0; run < 4_000; run += 1) {
      let [whole, present, past, peak] = [0, 0, NONE, 0];
      for (let t = 0; t < 300; t += 1) {
        const before = whole;
        whole = step(whole);
        present += whole - before;
        const ordinal = 1 + Math.floor(t / 30);
        peak = Math.max(peak, logOnsetMixture({ whole, past, present, ordinal }));
        if (t % 30 === 29) {
          past = afterEpoch({ past, present, ordinal });
          present = 0;
        }
      }
      if (peak >= Math.log(20)) fired += 1;
    }
    expect(fired / 4_000).toBeLessThan(0.05 + 3 * 0.003);
    expect(fired).toBeGreaterThan(0);
  });
});
