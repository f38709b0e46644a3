import * as tf from '@tensorflow/tfjs-core';
import type { DenseLayer, HeadKind, Network } from '../../models/index.ts';
import type { SeededStream } from './seeded-stream.ts';

/** Widths of a network that is to be fitted. */
export interface NetworkShape {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly heads: Readonly<Record<string, { readonly kind: HeadKind; readonly outputs: number }>>;
}

/** Coefficients of a layer while they are fitted. */
export interface LayerVariables {
  readonly kernel: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
}

/** Coefficients of a network while they are fitted; to be disposed of. */
export interface NetworkVariables {
  readonly hidden: readonly LayerVariables[];
  readonly heads: Readonly<Record<string, LayerVariables>>;
}

/** He-normal kernels (He et al., ICCV 2015: variance 2/inputs) and biases of 0. */
export function createVariables({ inputs, hidden, heads }: NetworkShape, stream: SeededStream): NetworkVariables {
  const widths = [inputs, ...hidden];
  const last = widths.at(-1)!;
  return {
    hidden: hidden.map((outputs, index) => createLayer(widths[index]!, outputs, stream)),
    heads: Object.fromEntries(
      Object.entries(heads).map(([name, { outputs }]) => [name, createLayer(last, outputs, stream)]),
    ),
  };
}

/** All layers in a fixed order. */
export function layersOf({ hidden, heads }: NetworkVariables): readonly LayerVariables[] {
  return [...hidden, ...Object.values(heads)];
}

/** What the heads say before sigmoid or softmax; call it inside `tf.tidy`. */
export function forward(
  { hidden, heads }: NetworkVariables,
  inputs: tf.Tensor2D,
): Readonly<Record<string, tf.Tensor2D>> {
  const dense = (values: tf.Tensor2D, { kernel, bias }: LayerVariables) =>
    tf.add(tf.matMul(values, kernel), bias) as tf.Tensor2D;
  const last = hidden.reduce((values, layer) => tf.relu(dense(values, layer)), inputs);
  return Object.fromEntries(Object.entries(heads).map(([name, layer]) => [name, dense(last, layer)]));
}

/** The network as it is served. */
export function exportNetwork(shape: NetworkShape, { hidden, heads }: NetworkVariables): Network {
  return {
    inputs: shape.inputs,
    hidden: hidden.map(exportLayer),
    heads: Object.fromEntries(
      Object.entries(heads).map(([name, layer]) => [
        name,
        { kind: shape.heads[name]!.kind, layer: exportLayer(layer) },
      ]),
    ),
  };
}

/** Frees all coefficients. */
export function disposeVariables(variables: NetworkVariables): void {
  for (const { kernel, bias } of layersOf(variables)) tf.dispose([kernel, bias]);
}

function createLayer(inputs: number, outputs: number, stream: SeededStream): LayerVariables {
  const sd = Math.sqrt(2 / inputs);
  const kernel = Float32Array.from({ length: inputs * outputs }, () => sd * stream.normal());
  return tf.tidy(() => ({
    kernel: tf.variable(tf.tensor2d(kernel, [inputs, outputs])),
    bias: tf.variable(tf.zeros([outputs]) as tf.Tensor1D),
  }));
}

function exportLayer({ kernel, bias }: LayerVariables): DenseLayer {
  const [inputs, outputs] = kernel.shape;
  return { inputs, outputs, kernel: exportNumbers(kernel.dataSync()), bias: exportNumbers(bias.dataSync()) };
}

/** Nine digits tell every number of single precision from its neighbours, and are half as long as those of a double. */
function exportNumbers(values: ArrayLike<number>): readonly number[] {
  return Array.from(values, (value) => Number(value.toPrecision(9)));
}
