import * as tf from '@tensorflow/tfjs-core';

/** Σ w (ln(1 + e^z) − y z) / Σ w: log-loss of logits, in the form that does not overflow. */
export function logLoss(logits: tf.Tensor2D, targets: tf.Tensor2D, weights: tf.Tensor2D): tf.Scalar {
  const tail = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
  return weightedMean(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tail), weights);
}

/** Σ w (−Σ_k y_k ln softmax(z)_k) / Σ w: cross-entropy; a row whose targets are all 0 has none. */
export function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D, weights: tf.Tensor2D): tf.Scalar {
  return weightedMean(tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), targets), 1, true)), weights);
}

/** Mean squared error over the inputs that are known. */
export function squaredError(outputs: tf.Tensor2D, inputs: tf.Tensor2D, known: tf.Tensor2D): tf.Scalar {
  return weightedMean(tf.square(tf.sub(outputs, inputs)), known);
}

/** Mean pinball loss over quantiles p: max(p e, (p − 1) e) with e = y − q_p (Koenker & Bassett, Econometrica 1978). */
export function pinball(outputs: tf.Tensor2D, targets: tf.Tensor2D, quantiles: readonly number[]): tf.Scalar {
  const errors = tf.sub(targets, outputs);
  const p = tf.tensor2d([[...quantiles]]);
  return tf.mean(tf.maximum(tf.mul(errors, p), tf.mul(errors, tf.sub(p, 1)))) as tf.Scalar;
}

/** ½ λ Σ‖W‖² over kernels; biases are free. */
export function kernelPenalty(kernels: readonly tf.Tensor[], lambda: number): tf.Scalar {
  const squares = kernels.map((kernel) => tf.sum(tf.square(kernel)));
  return tf.mul(tf.addN(squares), lambda / 2) as tf.Scalar;
}

function weightedMean(losses: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights)) as tf.Scalar;
}
