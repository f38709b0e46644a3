import {
  DEFAULT_SETTINGS,
  type EnvironmentSettings,
  type EvaluationContext,
  type EvaluationDetails,
  type FlagSet,
  type RolloutOverlay,
} from '../../domain/index.ts';
import { type CompiledSnapshot, compileSnapshot, evaluate } from '../../evaluator/index.ts';
import { MAX_STEPS } from '../../evaluator/limits.ts';
import { compileRule } from '../../evaluator/rule/compile-rule.ts';
import { parseRule } from '../../evaluator/rule/parse-rule.ts';

/** 2026-08-01T00:00:00.500Z: half a second, so that a wrong rounding of seconds shows. */
export const NOW_MS = 1_785_542_400_500;

/** What a rule yields for the flag "flag", before anything is made of the result. */
export function resultOf(rule: unknown, data: unknown, evaluators?: unknown): unknown {
  const { tree, violations } = parseRule(rule, evaluators);
  if (violations.length > 0) throw new Error(JSON.stringify(violations));
  const compiled = compileRule(tree, { flagKey: 'flag', ...DEFAULT_SETTINGS });
  return compiled.rule(data, { nowMs: NOW_MS, stepsLeft: MAX_STEPS, exposure: undefined });
}

/** A compiled environment; the set may be anything, since readers have to survive anything. */
export function snapshotOf(
  flagSet: unknown,
  rollouts: readonly RolloutOverlay[] = [],
  previous?: CompiledSnapshot,
  settings: Partial<EnvironmentSettings> = {},
): CompiledSnapshot {
  const content = { flagSet: flagSet as FlagSet, rollouts, settings: { ...DEFAULT_SETTINGS, ...settings } };
  return compileSnapshot({ environment: 'test', epoch: 1, version: 1, ...content }, previous);
}

/** Details of the flag "flag" of this definition. */
export function detailsOf(definition: unknown, context: unknown = {}, $evaluators?: unknown): EvaluationDetails {
  return evaluate(
    snapshotOf({ flags: { flag: definition }, $evaluators }),
    'flag',
    context as EvaluationContext,
    NOW_MS,
  );
}

/** A measured rollout of "new" against "old" on the flag "flag", half way through. */
export function anOverlay(changes: Partial<RolloutOverlay> = {}): RolloutOverlay {
  return {
    rollout: 'rollout-1',
    flag: 'flag',
    generation: 1,
    control: 'old',
    treatments: [{ variant: 'new', split: 100_000 }],
    coverage: 50_000,
    bucketBy: 'targetingKey',
    salt: 'flag/rollout-1/',
    isMeasured: true,
    windowMs: 10_000,
    attributionMs: 30_000,
    segments: [],
    metrics: [],
    ...changes,
  };
}
