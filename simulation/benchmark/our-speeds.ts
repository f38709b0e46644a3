import { type DecisionModels, shippedModels } from '../../controller/index.ts';
import type { Policy } from '../policies/policy.ts';
import { aMinuteMore, MODEL_SETTINGS, withModel } from './model-settings.ts';
import { fewStages, QUICK, TUNED } from './our-policies.ts';
import { type OurSettings, ourPolicy } from './our-policy.ts';

/** Quicker than the tuned ladder: half of the traffic at once for two or six minutes, or after a fifth. */
const FEW_STAGES = [
  fewStages({ coverages: [50_000], minutes: 2 }),
  fewStages({ coverages: [50_000], minutes: 6 }),
  QUICK,
];

/** How much longer everything takes than in the tuned plan, from fast to slow. */
const SLOWNESS = [0.5, 1, 2, 4, 8, 16, 128];

/** The product's guardrails from fast to slow: plans of few stages, then the tuned plan with all its times but burn-in and bake stretched. */
export function ourSpeeds(): readonly Policy[] {
  return speedsOf('guardrails', [...FEW_STAGES, ...SLOWNESS.map((factor) => stretched(TUNED, factor))]);
}

/** The same with the shipped models. */
export function ourModelSpeeds(): readonly Policy[] {
  const quicker = FEW_STAGES.map((settings) => withModel(aMinuteMore(settings)));
  const plans = [...quicker, ...SLOWNESS.map((factor) => stretched(MODEL_SETTINGS, factor))];
  return speedsOf('guardrails+model', plans, shippedModels());
}

function speedsOf(name: string, plans: readonly OurSettings[], models?: DecisionModels): readonly Policy[] {
  return plans.map((settings, index) =>
    ourPolicy({
      name: `${name}/speed-${index + 1}`,
      setting: 'tuned',
      settings,
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
