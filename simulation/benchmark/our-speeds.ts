import { type DecisionModels, shippedModels } from '../../controller/index.ts';
import type { Policy } from '../policies/policy.ts';
import { MODEL_SETTINGS } from './model-settings.ts';
import { HOLDBACK, ladder, TUNED } from './our-policies.ts';
import { type OurSettings, ourPolicy } from './our-policy.ts';

const MINUTE_MS = 60_000;

/** How long each stage is kept, from fast to slow. */
const DWELL_MINUTES = [3, 6, 10, 20, 40, 80];

/** The product's guardrails at several speeds: the same ladder with other dwells, all else as the tuned policy has it. */
export function ourSpeeds(): readonly Policy[] {
  return speedsOf('guardrails', TUNED);
}

/** The same with the shipped models. */
export function ourModelSpeeds(): readonly Policy[] {
  return speedsOf('guardrails+model', MODEL_SETTINGS, shippedModels());
}

function speedsOf(name: string, settings: OurSettings, models?: DecisionModels): readonly Policy[] {
  return DWELL_MINUTES.map((minutes, index) =>
    ourPolicy({
      name: `${name}/speed-${index + 1}`,
      setting: 'tuned',
      settings: {
        ...settings,
        stages: ladder({ holdback: HOLDBACK, minutes }),
        burnInMs: Math.min(6, minutes) * MINUTE_MS,
        patienceMs: 6 * minutes * MINUTE_MS,
      },
      ...(models === undefined ? {} : { models }),
    }),
  );
}
