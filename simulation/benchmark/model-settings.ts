import { TUNED } from './our-policies.ts';
import type { OurSettings } from './our-policy.ts';

/** The plan that the shipped models were fitted and calibrated under, and that they are benchmarked with. */
export const MODEL_SETTINGS: OurSettings = { ...TUNED, riskModel: 'rollback', beyondHalf: 'evidence-or-model' };
