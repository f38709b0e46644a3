import { TUNED } from '../benchmark/our-policies.ts';
import type { OurSettings } from '../benchmark/our-policy.ts';

/** The plan that models are fitted and calibrated under, and that they are benchmarked with. */
export const LEARNING_SETTINGS: OurSettings = {
  ...TUNED,
  riskModel: 'rollback',
  beyondHalf: 'evidence-or-model',
};
