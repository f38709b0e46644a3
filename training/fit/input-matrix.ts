import { type KnownSchema, type Standardisation, standardise } from '../../models/index.ts';
import type { SeededStream } from './seeded-stream.ts';
import type { TrainingRow } from './training-row.ts';

/** Standardised inputs of many rows, row by row. */
export interface InputMatrix {
  readonly width: number;
  readonly values: Float32Array;
}

/** The inputs that serving would make of the rows. */
export function inputMatrix(
  { masks }: KnownSchema,
  standardisation: Standardisation,
  rows: readonly TrainingRow[],
): InputMatrix {
  const width = masks.length;
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    values.set(standardise(standardisation, masks, row.features), index * width);
  });
  return { width, values };
}

/** Chance of each metric that can be missing to be hidden from a row, anew in each epoch. */
export const GROUP_DROPOUT = 0.2;

/**
 * A batch of rows, in which metrics are hidden at random: all their features 0 and their mask too.
 *
 * So a network learns that a masked metric is unknown, and not that it is fine. `known` is 1 for what the row shows.
 */
export function drawBatch(
  { width, values }: InputMatrix,
  { masks }: KnownSchema,
  order: Uint32Array,
  stream: SeededStream,
): { readonly inputs: Float32Array; readonly known: Float32Array } {
  const [inputs, known] = [new Float32Array(order.length * width), new Float32Array(order.length * width).fill(1)];
  const maskFeatures = [...new Set(masks.filter((mask) => mask >= 0))];
  order.forEach((row, index) => {
    const at = index * width;
    inputs.set(values.subarray(row * width, (row + 1) * width), at);
    for (const mask of maskFeatures) if (stream.uniform() < GROUP_DROPOUT) inputs[at + mask] = 0;
    for (let feature = 0; feature < width; feature += 1) {
      const mask = masks[feature]!;
      if (mask < 0 || inputs[at + mask] !== 0) continue;
      inputs[at + feature] = 0;
      known[at + feature] = 0;
    }
  });
  return { inputs, known };
}
