import * as tf from '@tensorflow/tfjs-core';
import type { KnownSchema } from '../../models/index.ts';
import type { Batch } from './fit-network.ts';
import { drawBatch, type InputMatrix } from './input-matrix.ts';
import { crossEntropy, logLoss } from './losses.ts';
import type { SeededStream } from './seeded-stream.ts';
import type { TrainingRow } from './training-row.ts';

/** What each head is to say of each row. */
export interface RiskTargets {
  readonly rows: readonly TrainingRow[];
  readonly harmTypes: readonly string[];
}

/** How much the other heads count beside P(harmful). */
const HEAD_WEIGHTS = { sharedIncident: 0.3, dataFault: 0.3, harmType: 0.2 } as const;

/** A batch with the loss of all heads: BCE(harmful) + .3 BCE(shared incident) + .3 BCE(data fault) + .2 CE(harm type). */
export function riskBatch(
  schema: KnownSchema,
  matrix: InputMatrix,
  { rows, harmTypes }: RiskTargets,
  order: Uint32Array,
  stream: SeededStream,
): Batch {
  const batch = Array.from(order, (row) => rows[row]!);
  const column = (of: (row: TrainingRow) => number) => tf.tensor2d(Float32Array.from(batch, of), [batch.length, 1]);
  const inputs = tf.tensor2d(drawBatch(matrix, schema, order, stream).inputs, [batch.length, matrix.width]);
  const weights = column(({ weight }) => weight);
  const harmful = column(({ label }) => label);
  const shared = column(({ isSharedIncident }) => isSharedIncident);
  const fault = column(({ isDataFault }) => isDataFault);
  return {
    inputs,
    loss: (outputs) =>
      sum(
        logLoss(outputs['harmful']!, harmful, weights),
        weighed(outputs['sharedIncident'], HEAD_WEIGHTS.sharedIncident, (logits) => logLoss(logits, shared, weights)),
        weighed(outputs['dataFault'], HEAD_WEIGHTS.dataFault, (logits) => logLoss(logits, fault, weights)),
        weighed(outputs['harmType'], HEAD_WEIGHTS.harmType, (logits) =>
          crossEntropy(logits, typeTargets(batch, harmTypes), weights),
        ),
      ),
  };
}

/** One row per row, one column per type, 1 for the row's own. */
function typeTargets(batch: readonly TrainingRow[], harmTypes: readonly string[]): tf.Tensor2D {
  const targets = new Float32Array(batch.length * harmTypes.length);
  batch.forEach(({ harmType }, index) => {
    const type = harmType === null ? -1 : harmTypes.indexOf(harmType);
    if (type >= 0) targets[index * harmTypes.length + type] = 1;
  });
  return tf.tensor2d(targets, [batch.length, harmTypes.length]);
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
