import { HOLDBACK, ladder, QUICK, TUNED } from './our-policies.ts';
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

/** The ladder with the shipped models, which were calibrated under it and under the quick plan. */
export const MODEL_SETTINGS: OurSettings = withModel(PACED);

/** The quick plan with the shipped models: a stage takes seven minutes, or six where the risk model sees no need for more. */
export const QUICK_MODEL_SETTINGS: OurSettings = withModel(aMinuteMore(QUICK));

/** A plan that heeds the risk model in all that it may have a say in. */
export function withModel(settings: OurSettings): OurSettings {
  return { ...settings, riskModel: 'rollback', beyondHalf: 'evidence-or-model' };
}

/** The plan with stages that are a minute longer where the risk model sees need for it. */
export function aMinuteMore(settings: OurSettings): OurSettings {
  return {
    ...settings,
    stages: settings.stages!.map(({ coverage, dwellMs }) => ({ coverage, dwellMs: dwellMs + MINUTE_MS })),
    shortestDwellMs: settings.stages![0]!.dwellMs,
  };
}
