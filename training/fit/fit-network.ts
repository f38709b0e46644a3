import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../../models/index.ts';
import { kernelPenalty } from './losses.ts';
import {
  createVariables,
  disposeVariables,
  exportNetwork,
  forward,
  layersOf,
  type NetworkShape,
} from './network-variables.ts';
import { permutation, type SeededStream, seededStream } from './seeded-stream.ts';

/** How a network is fitted. */
export interface FitSettings {
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** λ of ½ λ ‖W‖² on kernels. */
  readonly penalty: number;
}

/** The settings of the shipped risk model. */
export const RISK_FIT: FitSettings = { learningRate: 2e-3, batchSize: 1024, epochs: 6, penalty: 1e-4 };

/** What one batch feeds in, and the loss of what comes out; its tensors are freed by the fit. */
export interface Batch {
  readonly inputs: tf.Tensor2D;
  loss(outputs: Readonly<Record<string, tf.Tensor2D>>): tf.Scalar;
}

/** A network to fit, on rows that only `batch` knows. */
export interface NetworkFit {
  readonly shape: NetworkShape;
  readonly settings: FitSettings;
  readonly seed: number;
  readonly rowCount: number;
  batch(rows: Uint32Array, stream: SeededStream): Batch;
}

/** A network as it is served, and the training loss after each epoch. */
export interface FittedNetwork {
  readonly network: Network;
  readonly epochLosses: readonly number[];
}

/** Fits a network with Adam; the same seed gives the same coefficients on the same backend. Frees all of its tensors. */
export function fitNetwork(fit: NetworkFit): FittedNetwork {
  const { shape, settings, seed, rowCount } = fit;
  const [order, hiding] = [seededStream(seed, 'order'), seededStream(seed, 'hiding')];
  const variables = createVariables(shape, seededStream(seed, 'coefficients'));
  const layers = layersOf(variables);
  const kernels = layers.map(({ kernel }) => kernel);
  const trained = layers.flatMap(({ kernel, bias }): tf.Variable[] => [kernel, bias]);
  const optimizer = tf.train.adam(settings.learningRate, 0.9, 0.999);
  const step = (rows: Uint32Array) =>
    tf.tidy(() => {
      const { inputs, loss } = fit.batch(rows, hiding);
      const total = () =>
        tf.add(loss(forward(variables, inputs)), kernelPenalty(kernels, settings.penalty)) as tf.Scalar;
      return optimizer.minimize(total, true, trained)!.dataSync()[0]!;
    });
  try {
    const epochLosses = Array.from({ length: settings.epochs }, () =>
      fitEpoch(permutation(rowCount, order), settings.batchSize, step),
    );
    return { network: exportNetwork(shape, variables), epochLosses };
  } finally {
    optimizer.dispose();
    disposeVariables(variables);
  }
}

/** Mean loss over the batches of an epoch, by their rows. */
function fitEpoch(order: Uint32Array, batchSize: number, step: (rows: Uint32Array) => number): number {
  let sum = 0;
  for (let from = 0; from < order.length; from += batchSize) {
    const rows = order.subarray(from, from + batchSize);
    sum += step(rows) * rows.length;
  }
  return sum / order.length;
}
