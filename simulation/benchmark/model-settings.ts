import { HOLDBACK, ladder, TUNED } from './our-policies.ts';
import type { OurSettings } from './our-policy.ts';

const MINUTE_MS = 60_000;

/** The tuned plan with room for the learned parts: a stage takes twice the time, or as long as before where they see no need. */
export const PACED: OurSettings = {
  ...TUNED,
  stages: ladder({ holdback: HOLDBACK, minutes: 10 }),
  shortestDwellMs: 5 * MINUTE_MS,
};

/** The plan that the shipped models were calibrated under, and that they are benchmarked with. */
export const MODEL_SETTINGS: OurSettings = {
  ...PACED,
  burnInMs: 6 * MINUTE_MS,
  shortestDwellMs: 6 * MINUTE_MS,
  patienceMs: 24 * MINUTE_MS,
  riskModel: 'rollback',
  beyondHalf: 'evidence-or-model',
};
