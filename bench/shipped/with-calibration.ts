import type { CalibrationTable } from '../../models/index.ts';

/** The artefact with other thresholds, in seven digits, which is what single precision has. */
export function withCalibration(artefact: unknown, { pooled, bands }: CalibrationTable): unknown {
  const { low, medium, high } = bands;
  return {
    ...(artefact as Record<string, unknown>),
    calibration: {
      pooled: rounded(pooled),
      bands: { low: rounded(low), medium: rounded(medium), high: rounded(high) },
    },
  };
}

function rounded(scores: readonly number[]): readonly number[] {
  return scores.map((score) => Number(score.toPrecision(7)));
}
