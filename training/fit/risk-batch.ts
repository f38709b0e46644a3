import * as tf from '@tensorflow/tfjs-core';
import type { KnownSchema } from '../../models/index.ts';
import type { Batch } from './fit-network.ts';
import { drawBatch, type InputMatrix } from './input-matrix.ts';
import { crossEntropy, logLoss } from './losses.ts';
import type { RiskTargets } from './risk-targets.ts';
import type { SeededStream } from './seeded-stream.ts';

/** How much the other heads count beside P(harmful). */
const HEAD_WEIGHTS = { sharedIncident: 0.3, dataFault: 0.3, harmType: 0.2 } as const;

/** A batch with the loss of all heads: BCE(harmful) + .3 BCE(shared incident) + .3 BCE(data fault) + .2 CE(harm type). */
export function riskBatch(
  schema: KnownSchema,
  matrix: InputMatrix,
  targets: RiskTargets,
  order: Uint32Array,
  stream: SeededStream,
): Batch {
  const gather = (values: Float32Array, width = 1) => tf.tensor2d(rowsOf(values, width, order), [order.length, width]);
  const inputs = tf.tensor2d(drawBatch(matrix, schema, order, stream).inputs, [order.length, matrix.width]);
  const weights = gather(targets.weights);
  const binary = (values: Float32Array) => (logits: tf.Tensor2D) => logLoss(logits, gather(values), weights);
  const types = (logits: tf.Tensor2D) => crossEntropy(logits, gather(targets.harmType, targets.harmTypeCount), weights);
  return {
    inputs,
    loss: (outputs) =>
      sum(
        weighed(outputs['harmful'], 1, binary(targets.harmful)),
        weighed(outputs['sharedIncident'], HEAD_WEIGHTS.sharedIncident, binary(targets.sharedIncident)),
        weighed(outputs['dataFault'], HEAD_WEIGHTS.dataFault, binary(targets.dataFault)),
        weighed(outputs['harmType'], HEAD_WEIGHTS.harmType, types),
      ),
  };
}

function rowsOf(values: Float32Array, width: number, order: Uint32Array): Float32Array {
  const rows = new Float32Array(order.length * width);
  for (let row = 0; row < order.length; row += 1) {
    const at = order[row]! * width;
    for (let column = 0; column < width; column += 1) rows[row * width + column] = values[at + column]!;
  }
  return rows;
}

function weighed(
  logits: tf.Tensor2D | undefined,
  weight: number,
  loss: (logits: tf.Tensor2D) => tf.Scalar,
): tf.Scalar | undefined {
  return logits === undefined ? undefined : (tf.mul(loss(logits), weight) as tf.Scalar);
}

function sum(...losses: readonly (tf.Scalar | undefined)[]): tf.Scalar {
  return tf.addN(losses.filter((loss) => loss !== undefined)) as tf.Scalar;
}
