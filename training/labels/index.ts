export type { GenerationEnd, RuleLabel } from './label-from-end.ts';
export { labelFromEnd } from './label-from-end.ts';
export type { LaterEffect } from './label-from-later-evidence.ts';
export { labelFromLaterEvidence } from './label-from-later-evidence.ts';
export type { KnownLabel } from './label-known-at.ts';
export { labelKnownAt, MODEL_AUTHOR } from './label-known-at.ts';
export type { LabelledCase } from './label-weights.ts';
export { labelWeights, MAX_LABEL_WEIGHT } from './label-weights.ts';
