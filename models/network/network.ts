/** A fully connected layer: output_j = Σ_i input_i · kernel[i · outputs + j] + bias_j, as TensorFlow.js stores it. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** inputs × outputs coefficients, row by row. */
  readonly kernel: readonly number[];
  readonly bias: readonly number[];
}

/** What a head makes of its layer: the numbers themselves, a probability each, or probabilities that sum to 1. */
export type HeadKind = 'linear' | 'sigmoid' | 'softmax';

/** One answer of a network. */
export interface NetworkHead {
  readonly kind: HeadKind;
  readonly layer: DenseLayer;
}

/** A dense network as plain JSON: hidden layers with ReLU, then heads on the last of them by name. */
export interface Network {
  readonly inputs: number;
  /** None: the heads see the inputs, which makes a linear or logistic regression. */
  readonly hidden: readonly DenseLayer[];
  readonly heads: Readonly<Record<string, NetworkHead>>;
}
