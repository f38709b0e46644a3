import { type FlagDefinition, leavesOf, REST, type RolloutOverlay, type Violation } from '../domain/index.ts';
import type { FlagSource } from './flag-source.ts';
import { choiceInLeaf, leafRule, ownTargeting, resultsServing, unitRule } from './lower-rollout.ts';
import { memberTest } from './operators/membership.ts';
import { compileRule } from './rule/compile-rule.ts';
import { always, type Rule, type Watch } from './rule/operator.ts';
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

/** One of the rules that a flag's answer is made of, in the order in which they are asked. */
export interface RulePart {
  /** Who is the unit, does the result so far mean control, is the unit in the audience, in which leaf, which variant has its bucket. */
  readonly kind: 'targeting' | 'unit' | 'control' | 'audience' | 'leaf' | 'choice';
  /** The rollout that asks; absent for the flag's own targeting. */
  readonly rollout?: string;
}

/** Looks on while a flag is evaluated. */
export interface TargetingWatch extends Watch {
  /** The rule of a part, which tells what it comes to. */
  part(part: RulePart, rule: Rule): Rule;
}

/**
 * Compiles a flag's targeting and its rollouts; it yields what the lowered targeting would, and notes the exposure.
 *
 * What `watch` is told changes nothing of it.
 */
export function compileTargeting(source: FlagSource, watch?: TargetingWatch): CompiledTargeting {
  const { definition, overlays, evaluators } = source;
  const violations: Violation[] = [];
  let readsClock = false;
  const compile: Compile = (json, part) => {
    const parsed = parseRule(json, evaluators);
    violations.push(...parsed.violations.map(({ path, message }) => ({ path: placeOf(part) + path, message })));
    if (parsed.violations.length > 0) return always(null);
    const compiled = compileRule(parsed.tree, { flagKey: source.flagKey, ...source.settings }, watch);
    readsClock ||= compiled.readsClock;
    return watched(compiled.rule, part);
  };
  const watched: Watched = (rule, part) => (watch === undefined ? rule : watch.part(part, rule));
  const targeting = ownTargeting(definition);
  let rule = targeting === null ? undefined : compile(targeting, { kind: 'targeting' });
  for (const overlay of overlays) rule = withRollout(rule, { overlay, definition, compile, watched });
  return { rule, readsClock, violations };
}

type Compile = (json: unknown, part: RulePart) => Rule;
type Watched = (rule: Rule, part: RulePart) => Rule;

/** Where a mistake in a part is to be mended. */
function placeOf({ kind, rollout }: RulePart): string {
  if (rollout === undefined) return '/targeting';
  return kind === 'audience' ? `rollout ${rollout}/audience` : `rollout ${rollout}`;
}

interface RolloutParts {
  readonly overlay: RolloutOverlay;
  readonly definition: FlagDefinition;
  readonly compile: Compile;
  readonly watched: Watched;
}

/** Mirrors `lowerRollout` part by part, so that the own rule runs once and the exposure can be told. */
function withRollout(own: Rule | undefined, { overlay, definition, compile, watched }: RolloutParts): Rule | undefined {
  if (own === undefined && definition.defaultVariant !== overlay.control) return undefined;
  const { rollout } = overlay;
  const ownRule = own ?? always(null);
  const isControl = own ? memberTest(resultsServing(definition, overlay.control)) : () => true;
  const servesControl = watched(isControl, { kind: 'control', rollout });
  const unit = compile(unitRule(overlay), { kind: 'unit', rollout });
  const audience =
    overlay.audience === undefined ? always(true) : compile(overlay.audience, { kind: 'audience', rollout });
  const choice = compile(choiceInLeaf(overlay, REST), { kind: 'choice', rollout });
  const byLeaf = choicesByLeaf(overlay, compile);
  return (data, call) => {
    const result = ownRule(data, call);
    const key = unit(data, call);
    if (!isTruthy(key) || !servesControl(result, call) || !isTruthy(audience(data, call))) return result;
    // The leaf is found first, so that the exposure can tell it.
    const leaf = byLeaf?.leafOf(data, call);
    const variant = (byLeaf?.choices.get(leaf) ?? choice)(data, call);
    const unitText = textOf(key, call);
    if (overlay.isMeasured && unitText !== null && typeof variant === 'string') {
      const exposure = { rollout: overlay, unit: unitText, variant };
      call.exposure = typeof leaf === 'string' ? { ...exposure, leaf } : exposure;
    }
    return variant;
  };
}

/** The choice of each leaf; undefined where all units are treated alike. */
function choicesByLeaf(overlay: RolloutOverlay, compile: Compile) {
  const { rollout } = overlay;
  const rule = leafRule(overlay);
  if (rule === undefined) return undefined;
  const leaves = leavesOf(overlay.admission);
  const choices = leaves.map(
    (leaf) => [leaf, compile(choiceInLeaf(overlay, leaf), { kind: 'choice', rollout })] as const,
  );
  return { leafOf: compile(rule, { kind: 'leaf', rollout }), choices: new Map<unknown, Rule>(choices) };
}
