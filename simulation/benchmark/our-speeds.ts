import { type DecisionModels, shippedModels } from '../../controller/index.ts';
import type { Policy } from '../policies/policy.ts';
import { MODEL_SETTINGS } from './model-settings.ts';
import { TUNED } from './our-policies.ts';
import { type OurSettings, ourPolicy } from './our-policy.ts';

/** How much longer everything takes than in the tuned plan, from fast to slow. */
const SLOWNESS = [0.5, 1, 2, 4, 8, 16];

/** The product's guardrails at several speeds: the tuned plan with all its times but burn-in and bake stretched. */
export function ourSpeeds(): readonly Policy[] {
  return speedsOf('guardrails', TUNED);
}

/** The same with the shipped models. */
export function ourModelSpeeds(): readonly Policy[] {
  return speedsOf('guardrails+model', MODEL_SETTINGS, shippedModels());
}

function speedsOf(name: string, settings: OurSettings, models?: DecisionModels): readonly Policy[] {
  return SLOWNESS.map((factor, index) =>
    ourPolicy({
      name: `${name}/speed-${index + 1}`,
      setting: 'tuned',
      settings: stretched(settings, factor),
      ...(models === undefined ? {} : { models }),
    }),
  );
}

function stretched(settings: OurSettings, factor: number): OurSettings {
  const stages = settings.stages!.map(({ coverage, dwellMs }) => ({ coverage, dwellMs: factor * dwellMs }));
  const shortest = settings.shortestDwellMs ?? stages[0]!.dwellMs / factor;
  return {
    ...settings,
    stages,
    // A stage shorter than its burn-in would show nothing.
    burnInMs: Math.min(settings.burnInMs!, factor * shortest),
    patienceMs: factor * settings.patienceMs!,
    ...(settings.shortestDwellMs === undefined ? {} : { shortestDwellMs: factor * shortest }),
  };
}
