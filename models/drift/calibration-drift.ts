import { sum } from '../averages.ts';
import { upperRegularisedGamma } from '../special-functions.ts';

/** What a model predicted for a rollout, and what its label says. */
export interface LabelledPrediction {
  /** Predicted probability of harm, in (0, 1). */
  readonly probability: number;
  readonly isHarmful: boolean;
}

/** One bin of predictions of similar size. */
export interface CalibrationBin {
  readonly count: number;
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share that was harmful. */
  readonly realised: number;
  /** How many standard deviations more were harmful than predicted. */
  readonly z: number;
}

/** Whether predictions still mean what they say. */
export interface CalibrationDrift {
  readonly bins: readonly CalibrationBin[];
  /** Of "every prediction is right". */
  readonly pValue: number;
}

const MAX_BINS = 10;

/** A bin of fewer predictions is too small for the normal approximation. */
const MIN_PER_BIN = 20;

/**
 * Predicted against realised harm in bins of equal count, and a χ² test over them.
 *
 * z = (x − Σp)/√Σp(1−p) in a bin, Σz² ~ χ² with one degree for each bin: the test of Hosmer & Lemeshow (1980) for new data,
 * on which nothing was fitted. Too few predictions give no bins and p = 1.
 */
export function calibrationDrift(predictions: readonly LabelledPrediction[]): CalibrationDrift {
  const sorted = predictions.toSorted((a, b) => a.probability - b.probability);
  const count = Math.min(MAX_BINS, Math.floor(sorted.length / MIN_PER_BIN));
  const edge = (bin: number) => Math.round((bin * sorted.length) / count);
  const bins = Array.from({ length: count }, (_, bin) => binOf(sorted.slice(edge(bin), edge(bin + 1))));
  const chiSquare = sum(bins.map(({ z }) => z * z));
  return { bins, pValue: count === 0 ? 1 : upperRegularisedGamma(count / 2, chiSquare / 2) };
}

function binOf(predictions: readonly LabelledPrediction[]): CalibrationBin {
  const p = predictions.map(({ probability }) => probability);
  const harmful = predictions.filter(({ isHarmful }) => isHarmful).length;
  return {
    count: p.length,
    predicted: sum(p) / p.length,
    realised: harmful / p.length,
    z: (harmful - sum(p)) / Math.sqrt(sum(p.map((pi) => pi * (1 - pi)))),
  };
}
