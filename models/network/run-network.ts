import type { DenseLayer, HeadKind, Network } from './network.ts';

/** What each head of a network answers. */
export type HeadOutputs = Readonly<Record<string, ArrayLike<number>>>;

/**
 * The answers of a network to one standardised input; in double precision, a few 1e-7 from TensorFlow.js.
 *
 * Asserts the number of inputs: an artefact is checked when it is loaded, and a vector by its schema.
 */
export function runNetwork(network: Network, input: ArrayLike<number>): HeadOutputs {
  if (input.length !== network.inputs) throw new Error(`${input.length} inputs for a network of ${network.inputs}`);
  const last = runHidden(network, input);
  const outputs: Record<string, ArrayLike<number>> = {};
  for (const name of Object.keys(network.heads)) outputs[name] = runHead(network, name, last);
  return outputs;
}

/** The answer of one head alone. */
export function runOneHead(network: Network, name: string, input: ArrayLike<number>): ArrayLike<number> {
  return runHead(network, name, runHidden(network, input));
}

/** Logistic function, finite for any finite number. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function runHidden(network: Network, input: ArrayLike<number>): ArrayLike<number> {
  let values = input;
  for (const layer of network.hidden) values = relu(runDense(layer, values));
  return values;
}

function runHead(network: Network, name: string, last: ArrayLike<number>): ArrayLike<number> {
  const { kind, layer } = network.heads[name]!;
  return activate(kind, runDense(layer, last));
}

/** Row by row, so that the coefficients are read in the order in which they lie; what ReLU made 0 costs nothing. */
function runDense({ outputs, kernel, bias }: DenseLayer, input: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(outputs);
  for (let j = 0; j < outputs; j += 1) sums[j] = bias[j]!;
  for (let i = 0; i < input.length; i += 1) {
    const value = input[i]!;
    if (value === 0) continue;
    const row = i * outputs;
    for (let j = 0; j < outputs; j += 1) sums[j]! += value * kernel[row + j]!;
  }
  return sums;
}

function relu(values: Float64Array): Float64Array {
  // Not Math.max, because NaN has to come through.
  for (let index = 0; index < values.length; index += 1) if (values[index]! < 0) values[index] = 0;
  return values;
}

/** In place, and with loops: methods of typed arrays take longer than the arithmetic. */
function activate(kind: HeadKind, values: Float64Array): Float64Array {
  switch (kind) {
    case 'linear':
      return values;
    case 'sigmoid':
      for (let index = 0; index < values.length; index += 1) values[index] = sigmoid(values[index]!);
      return values;
    case 'softmax':
      return softmax(values);
  }
}

function softmax(values: Float64Array): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index += 1) largest = Math.max(largest, values[index]!);
  let total = 0;
  for (let index = 0; index < values.length; index += 1) {
    values[index] = Math.exp(values[index]! - largest);
    total += values[index]!;
  }
  for (let index = 0; index < values.length; index += 1) values[index]! /= total;
  return values;
}
