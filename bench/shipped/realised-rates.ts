import { bandThreshold, type CalibrationTable, TRAFFIC_BANDS, type TrafficBand } from '../../models/index.ts';
import type { RunMaxima, ScoredModel } from './maxima-worker.ts';

/** How many of some benign runs pass a threshold that promises a rate. */
export interface RealisedRate {
  readonly alpha: number;
  /** null: all of them. */
  readonly band: TrafficBand | null;
  readonly runs: number;
  readonly alarms: number;
}

/** Alarms in fresh runs at each promised rate, in all traffic and band by band; a run is judged by its own band's threshold. */
export function realisedRates(
  table: CalibrationTable,
  runs: readonly RunMaxima[],
  model: ScoredModel,
  alphas: readonly number[],
): readonly RealisedRate[] {
  const scored = scoredRuns(runs, model);
  return alphas.flatMap((alpha) =>
    [null, ...TRAFFIC_BANDS].map((band) => {
      const own = scored.filter((run) => band === null || run.band === band);
      const alarms = own.filter((run) => run.maximum > bandThreshold(table, run.band, alpha)).length;
      return { alpha, band, runs: own.length, alarms };
    }),
  );
}

/** A run without a score cannot alarm, and a run of unknown traffic is over too soon: both say nothing. */
function scoredRuns(runs: readonly RunMaxima[], model: ScoredModel) {
  return runs.flatMap(({ band, maxima }) => {
    const maximum = maxima[model];
    return band === null || maximum === null ? [] : [{ band, maximum }];
  });
}
