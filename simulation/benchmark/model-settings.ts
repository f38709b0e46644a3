import { HOLDBACK, ladder, TUNED } from './our-policies.ts';
import type { OurSettings } from './our-policy.ts';

const MINUTE_MS = 60_000;

/** The tuned plan with room for the risk model: a stage takes ten minutes, or seven where it sees no need for more. */
export const PACED: OurSettings = {
  ...TUNED,
  stages: ladder({ holdback: HOLDBACK, minutes: 10 }),
  shortestDwellMs: 7 * MINUTE_MS,
};

/** The tuned plan with a learned pace: at its own pace it is the tuned schedule, and a quicker one leaves out stages. */
export const LEARNED_PACE: OurSettings = { ...TUNED, rampPolicy: 'learned', shortestDwellMs: 5 * MINUTE_MS };

/** The plan that the shipped models were calibrated under, and that they are benchmarked with. */
export const MODEL_SETTINGS: OurSettings = { ...PACED, riskModel: 'rollback', beyondHalf: 'evidence-or-model' };
