import type { FlagDefinition, RolloutOverlay, Violation } from '../domain/index.ts';
import type { FlagSource } from './flag-source.ts';
import { choiceRule, ownTargeting, resultsServing, unitRule } from './lower-rollout.ts';
import { memberTest } from './operators/membership.ts';
import { compileRule } from './rule/compile-rule.ts';
import { always, type Rule } from './rule/operator.ts';
import { parseRule } from './rule/parse-rule.ts';
import { isTruthy, textOf } from './rule/values.ts';

/** The rule of a flag with its rollouts upon it, or what keeps it from being compiled. */
export interface CompiledTargeting {
  /** Absent when the flag serves its default to everybody. */
  readonly rule: Rule | undefined;
  /** Whether what it yields may change with nothing but time. */
  readonly readsClock: boolean;
  readonly violations: readonly Violation[];
}

/** Compiles a flag's targeting and its rollouts; it yields what the lowered targeting would, and notes the exposure. */
export function compileTargeting(source: FlagSource): CompiledTargeting {
  const { definition, overlays, evaluators } = source;
  const violations: Violation[] = [];
  let readsClock = false;
  const compile: Compile = (json, where) => {
    const parsed = parseRule(json, evaluators);
    violations.push(...parsed.violations.map(({ path, message }) => ({ path: where + path, message })));
    if (parsed.violations.length > 0) return always(null);
    const compiled = compileRule(parsed.tree, { flagKey: source.flagKey, ...source.settings });
    readsClock ||= compiled.readsClock;
    return compiled.rule;
  };
  const targeting = ownTargeting(definition);
  let rule = targeting === null ? undefined : compile(targeting, '/targeting');
  for (const overlay of overlays) rule = withRollout(rule, overlay, definition, compile);
  return { rule, readsClock, violations };
}

type Compile = (json: unknown, where: string) => Rule;

/** Mirrors `lowerRollout` part by part, so that the own rule runs once and the exposure can be told. */
function withRollout(
  own: Rule | undefined,
  overlay: RolloutOverlay,
  definition: FlagDefinition,
  compile: Compile,
): Rule | undefined {
  if (own === undefined && definition.defaultVariant !== overlay.control) return undefined;
  const ownRule = own ?? always(null);
  const servesControl = own ? memberTest(resultsServing(definition, overlay.control)) : () => true;
  const where = `rollout ${overlay.rollout}`;
  const unit = compile(unitRule(overlay), where);
  const audience = overlay.audience === undefined ? always(true) : compile(overlay.audience, `${where}/audience`);
  const choice = compile(choiceRule(overlay), where);
  return (data, call) => {
    const result = ownRule(data, call);
    const key = unit(data, call);
    if (!isTruthy(key) || !servesControl(result) || !isTruthy(audience(data, call))) return result;
    const variant = choice(data, call);
    const unitText = textOf(key, call);
    if (overlay.isMeasured && unitText !== null && typeof variant === 'string') {
      call.exposure = { rollout: overlay, unit: unitText, variant };
    }
    return variant;
  };
}
