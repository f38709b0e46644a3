import * as tf from '@tensorflow/tfjs-core';
import type { KnownSchema } from '../../models/index.ts';
import { type Batch, type FitSettings, type FittedNetwork, fitNetwork, RISK_FIT } from './fit-network.ts';
import { drawBatch, type InputMatrix } from './input-matrix.ts';
import { squaredError } from './losses.ts';
import type { SeededStream } from './seeded-stream.ts';

/** The settings of the shipped autoencoder: those of the risk model, and two epochs more. */
export const NOVELTY_FIT: FitSettings = { ...RISK_FIT, epochs: 8 };

/** Widths of the autoencoder's hidden layers. */
export const NOVELTY_HIDDEN: readonly number[] = [16, 8, 16];

/** A network that gives its inputs back, as well as its narrowest layer lets it; hidden metrics are not its fault. */
export function fitAutoencoder(
  schema: KnownSchema,
  matrix: InputMatrix,
  weights: readonly number[],
  { seed, settings = NOVELTY_FIT }: { readonly seed: number; readonly settings?: FitSettings | undefined },
): FittedNetwork {
  const { width } = matrix;
  return fitNetwork({
    shape: { inputs: width, hidden: NOVELTY_HIDDEN, heads: { output: { kind: 'linear', outputs: width } } },
    settings,
    seed,
    rowCount: weights.length,
    batch: (order, stream) => autoencoderBatch(schema, matrix, weights, order, stream),
  });
}

function autoencoderBatch(
  schema: KnownSchema,
  matrix: InputMatrix,
  weights: readonly number[],
  order: Uint32Array,
  stream: SeededStream,
): Batch {
  const drawn = drawBatch(matrix, schema, order, stream);
  const inputs = tf.tensor2d(drawn.inputs, [order.length, matrix.width]);
  const known = tf.tensor2d(drawn.known, [order.length, matrix.width]);
  const rows = tf.tensor2d(
    Float32Array.from(order, (row) => weights[row]!),
    [order.length, 1],
  );
  const counted = tf.mul(known, rows) as tf.Tensor2D;
  return { inputs, loss: ({ output }) => squaredError(output!, inputs, counted) };
}
