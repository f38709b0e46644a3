import { describe, expect, it } from 'vitest';
import type { RunMaxima } from '../../bench/shipped/maxima-worker.ts';
import { realisedRates } from '../../bench/shipped/realised-rates.ts';
import { calibrationTableOf } from '../../models/index.ts';

const run = (risk: number | null, band: RunMaxima['band'] = 'medium'): RunMaxima => ({
  band,
  maxima: { risk, novelty: 0, 'one-seed': 0, logistic: 0 },
});

describe('realised alarm rates', () => {
  // Largest scores 1 to 99: at 5 % the threshold is the 95th of them.
  const table = calibrationTableOf(Array.from({ length: 99 }, (_, n) => ({ band: 'medium', maximum: n + 1 })));

  it('count runs that pass the threshold of their band, in all traffic and band by band', () => {
    const fresh = [run(95), run(95.5), run(200, 'low'), run(3, 'low')];
    expect(realisedRates(table, fresh, 'risk', [0.05])).toEqual([
      { alpha: 0.05, band: null, runs: 4, alarms: 2 },
      { alpha: 0.05, band: 'low', runs: 2, alarms: 1 },
      { alpha: 0.05, band: 'medium', runs: 2, alarms: 1 },
      { alpha: 0.05, band: 'high', runs: 0, alarms: 0 },
    ]);
  });

  it('leave out runs without a score or without known traffic, and never alarm where the calibration is too small', () => {
    expect(realisedRates(table, [run(null), run(500, null)], 'risk', [0.05])[0]).toMatchObject({ runs: 0 });
    expect(realisedRates(table, [run(500)], 'risk', [0.005])[0]).toMatchObject({ runs: 1, alarms: 0 });
  });
});
