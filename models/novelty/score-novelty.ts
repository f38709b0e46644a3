import { isUsableVector, schemaOf } from '../features/feature-sets.ts';
import { runOneHead } from '../network/run-network.ts';
import { standardise } from '../network/standardise.ts';
import type { NoveltyModelArtefact, Reconstruction } from './novelty-artefact.ts';

/**
 * How unlike benign training rows a vector is: mean squared error of its reconstruction, over the features that are known.
 *
 * null where the vector or the answer is unusable, so that it is dropped.
 */
export function scoreNovelty(artefact: NoveltyModelArtefact, vector: ArrayLike<number>): number | null {
  const schema = schemaOf(artefact.schema);
  if (schema === undefined || !isUsableVector(schema, vector)) return null;
  const inputs = standardise(artefact.standardisation, schema.masks, vector);
  const outputs = reconstruct(artefact.reconstruction, inputs);
  let [squares, known] = [0, 0];
  for (let index = 0; index < inputs.length; index += 1) {
    const mask = schema.masks[index]!;
    if (mask >= 0 && vector[mask] === 0) continue;
    squares += (inputs[index]! - outputs[index]!) ** 2;
    known += 1;
  }
  return Number.isFinite(squares) ? squares / known : null;
}

/** The nearest that the model comes to a standardised vector. */
export function reconstruct(reconstruction: Reconstruction, inputs: Float64Array): ArrayLike<number> {
  switch (reconstruction.kind) {
    case 'autoencoder':
      return runOneHead(reconstruction.network, 'output', inputs);
    case 'components':
      return project(reconstruction.components, inputs);
  }
}

/** Sum of the vector's shadows on orthonormal directions. */
function project(components: readonly (readonly number[])[], inputs: Float64Array): Float64Array {
  const sum = new Float64Array(inputs.length);
  for (const direction of components) {
    const length = inputs.reduce((dot, value, index) => dot + value * direction[index]!, 0);
    for (let index = 0; index < sum.length; index += 1) sum[index]! += length * direction[index]!;
  }
  return sum;
}
