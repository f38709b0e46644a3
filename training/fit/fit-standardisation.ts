import type { KnownSchema, Standardisation } from '../../models/index.ts';
import type { TrainingRow } from './training-row.ts';

/**
 * Weighted mean and standard deviation (+1e-6) of each feature over the rows that know it.
 *
 * Masks stay 0 and 1. A feature that never differs keeps its own unit: by its deviation of 0, the first value that does
 * differ would be a million standard deviations away.
 */
export function fitStandardisation(schema: KnownSchema, rows: readonly TrainingRow[]): Standardisation {
  const mean = meansOf(schema, rows);
  const sd = mean.map((centre, feature) => {
    if (schema.masks.includes(feature)) return 1;
    const deviation = Math.sqrt(weightedMean(schema, rows, feature, (value) => (value - centre) ** 2));
    return deviation < LEAST_DEVIATION ? 1 : deviation + LEAST_DEVIATION;
  });
  return { mean: mean.map((centre, feature) => (schema.masks.includes(feature) ? 0 : centre)), sd };
}

/** Weighted mean of each feature over the rows that know it; 0 where none does. */
export function meansOf(schema: KnownSchema, rows: readonly TrainingRow[]): readonly number[] {
  return schema.features.map((_, feature) => weightedMean(schema, rows, feature, (value) => value));
}

const LEAST_DEVIATION = 1e-6;

function weightedMean(
  { masks }: KnownSchema,
  rows: readonly TrainingRow[],
  feature: number,
  of: (value: number) => number,
): number {
  const mask = masks[feature]!;
  let [sum, weights] = [0, 0];
  for (const { features, weight } of rows) {
    if (mask >= 0 && features[mask] === 0) continue;
    sum += weight * of(features[feature]!);
    weights += weight;
  }
  return weights === 0 ? 0 : sum / weights;
}
