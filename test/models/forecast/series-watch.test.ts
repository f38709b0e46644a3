import { describe, expect, it } from 'vitest';
import {
  addPValue,
  conformalPValue,
  EMPTY_BETTING_EVIDENCE,
  EMPTY_SERIES_WATCH,
  fitAutocorrelation,
  fitWatch,
  isDisturbed,
  logMartingale,
  type SeriesWatch,
  stepWatch,
  type WatchModel,
  whitened,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

const MINUTES = 720;

/** Standardised residuals with an autocorrelation, as a run of the baseline leaves them. */
function residuals(seed: number, phi: number, length = MINUTES): readonly number[] {
  const { normal } = seededDraws(seed);
  let u = normal();
  return Array.from({ length }, () => {
    const now = u;
    u = phi * u + Math.sqrt(1 - phi ** 2) * normal();
    return now;
  });
}

const watchAll = (model: WatchModel, run: readonly number[]) =>
  run.reduce((watch, u) => stepWatch(model, watch, u), EMPTY_SERIES_WATCH);

describe('the betting martingale', () => {
  it('is, by hand, the mean of five bets', () => {
    const evidence = [0.01, 0.5, 0.2].reduce(addPValue, EMPTY_BETTING_EVIDENCE);
    const bets = [0.1, 0.3, 0.5, 0.7, 0.9].map((e) => [0.01, 0.5, 0.2].reduce((M, p) => M * e * p ** (e - 1), 1));
    expect(Math.exp(logMartingale(evidence))).toBeCloseTo(bets.reduce((sum, bet) => sum + bet, 0) / 5, 10);
    expect(logMartingale(EMPTY_BETTING_EVIDENCE)).toBeCloseTo(0, 12);
  });

  const share = (phi: number, whitenedBy: number) => {
    const calibration = residuals(1, 0, 20_000).toSorted((a, b) => a - b);
    const model = { phi: whitenedBy, calibration, logThreshold: Math.log(20) };
    const runs = Array.from({ length: 300 }, (_, seed) => residuals(100 + seed, phi));
    return runs.filter((run) => isDisturbed(model, watchAll(model, run))).length / 300;
  };

  it('reaches 20 in at most 5 % of runs with independent residuals, and far more often with dependent ones', () => {
    // Standard errors up to 2.8 points.
    expect(share(0, 0)).toBeLessThan(0.05);
    expect(share(0.8, 0)).toBeGreaterThan(0.25);
  });

  it('reaches it as seldom with dependent residuals that were whitened', () => {
    expect(share(0.8, 0.8)).toBeLessThan(0.05);
  });
});

describe('a p-value among calibration residuals', () => {
  it('counts those that are as large or larger, and itself', () => {
    const calibration = [-1, 0, 0, 2];
    expect([3, 2, 0.5, 0, -2].map((u) => conformalPValue(calibration, u))).toEqual([1 / 5, 2 / 5, 2 / 5, 4 / 5, 1]);
    expect(conformalPValue([], 3)).toBe(1);
  });
});

describe('whitening', () => {
  it('finds the autocorrelation again and takes it away', () => {
    const runs = Array.from({ length: 20 }, (_, seed) => residuals(seed, 0.7));
    const phi = fitAutocorrelation(runs);
    // Standard error √((1 − .49)/14 400) = .006.
    expect(Math.abs(phi - 0.7)).toBeLessThan(0.02);
    const fresh = runs.map((run) => run.map((u, i) => whitened(phi, u, run[i - 1])));
    expect(fitAutocorrelation(fresh)).toBeLessThan(0.02);
  });

  it('leaves alternating and missing residuals as they are', () => {
    expect(fitAutocorrelation([[1, -1, 1, -1, 1, -1]])).toBe(0);
    expect(fitAutocorrelation([])).toBe(0);
  });
});

describe('a watch', () => {
  const alpha = 0.05;
  const model = fitWatch(
    Array.from({ length: 240 }, (_, seed) => residuals(5000 + seed, 0.6)),
    alpha,
  );

  it('rings in about 5 % of 300 undisturbed runs', () => {
    const rung = Array.from({ length: 300 }, (_, seed) => watchAll(model, residuals(9000 + seed, 0.6))).filter(
      (watch) => isDisturbed(model, watch),
    ).length;
    // 120 calibration runs: the rate achieved is 5 % ± 2 points, and 300 runs measure it to 1.3 more.
    expect(rung / 300).toBeLessThan(alpha + 3 * Math.hypot(0.02, 0.013));
  });

  it('rings for a shift of two standard deviations in every run, half of them within 20 minutes', () => {
    const delays = Array.from({ length: 40 }, (_, seed) => {
      let watch: SeriesWatch = EMPTY_SERIES_WATCH;
      return residuals(700 + seed, 0.6).findIndex((u) => {
        watch = stepWatch(model, watch, u + 2);
        return isDisturbed(model, watch);
      });
    }).sort((a, b) => a - b);
    expect(delays[0]).toBeGreaterThanOrEqual(0);
    expect(delays[20]).toBeLessThan(20);
  });

  it('cannot ring with too few runs to learn from, and is plain JSON all the same', () => {
    const few = fitWatch([residuals(1, 0.5), residuals(2, 0.5)], alpha);
    expect(few.logThreshold).toBeNull();
    const watch = watchAll(
      few,
      residuals(3, 0.5).map((u) => u + 9),
    );
    expect(isDisturbed(few, watch)).toBe(false);
    expect(JSON.parse(JSON.stringify({ few, watch }))).toEqual({ few, watch });
  });
});
