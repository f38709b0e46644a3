import type { TrainingOptions } from './training-options.ts';
import type { TrainingTools } from './training-ports.ts';

/** A cut-off has one seed, so that the same data give the same coefficients whoever asks. */
export function seedOf({ kind, cutOffMs }: TrainingOptions['run'], { digest }: TrainingTools): number {
  return Number.parseInt(digest(`seed:${kind}:${cutOffMs}`).slice(0, 5), 16);
}
