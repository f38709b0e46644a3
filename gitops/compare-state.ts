import { planRollout } from '../controller/index.ts';
import {
  DEFAULT_SETTINGS,
  type EnvironmentSettings,
  type FlagDefinition,
  type JsonValue,
  Problem,
  type Rollout,
  type RolloutDefinition,
} from '../domain/index.ts';
import type { RolloutInput } from '../domain/schema/index.ts';
import { checkEvaluators, checkFlag } from '../evaluator/index.ts';
import type { DesiredState } from './desired-state.ts';
import { type Difference, differences } from './differences.ts';
import { findCircles } from './find-circles.ts';
import { type Mistake, type Place, placeText } from './read-documents.ts';

/** What an environment is like. */
export interface ActualState {
  readonly settings: EnvironmentSettings;
  readonly rules: Readonly<Record<string, JsonValue>>;
  readonly flags: ReadonlyMap<string, { readonly revision: number; readonly definition: FlagDefinition }>;
  readonly rollouts: ReadonlyMap<string, Rollout>;
}

/** One step towards what files ask for; `revision` is what the thing must still be at, 0 for a new one. */
export type Change =
  | ({ readonly action: 'create' | 'change'; readonly differences: readonly Difference[] } & (
      | { readonly target: 'settings'; readonly name: 'settings'; readonly value: Partial<EnvironmentSettings> }
      | { readonly target: 'rule'; readonly name: string; readonly value: JsonValue }
      | { readonly target: 'flag'; readonly name: string; readonly value: FlagDefinition; readonly revision: number }
      | { readonly target: 'rollout'; readonly name: string; readonly value: RolloutInput; readonly revision: number }
    ))
  | { readonly action: 'start'; readonly target: 'rollout'; readonly name: string; readonly differences: readonly [] };

/** The way from what is to what files ask for. */
export interface Comparison {
  readonly changes: readonly Change[];
  /** What cannot be done, and what would have to be. */
  readonly mistakes: readonly Mistake[];
  readonly unchanged: number;
  /** On the server and in no file. */
  readonly unmanaged: readonly string[];
}

/** Finds what has to change; settings and rules come before flags, flags before rollouts. */
export function compareState(desired: DesiredState, actual: ActualState): Comparison {
  const rules = {
    ...actual.rules,
    ...Object.fromEntries([...desired.rules].map(([name, { value }]) => [name, value])),
  };
  const parts = [
    compareSettings(desired, actual),
    compareRules(desired, actual, rules),
    ...[...desired.flags].map(([name, { value, place }]) => compareFlag(name, value, { place, actual, rules })),
    ...[...desired.rollouts.keys()].map((name) => compareRollout(name, desired, actual)),
  ];
  return {
    changes: parts.flatMap(({ changes }) => changes),
    mistakes: [...parts.flatMap(({ mistakes = [] }) => mistakes), ...findCircles(desired, actual)],
    unchanged: parts.reduce((sum, { unchanged = 0 }) => sum + unchanged, 0),
    unmanaged: [
      ...[...actual.flags.keys()].filter((name) => !desired.flags.has(name)).map((name) => `flag "${name}"`),
      ...[...actual.rollouts.values()]
        .filter(({ definition, state }) => !state.isArchived && !desired.rollouts.has(definition.rollout))
        .map(({ definition }) => `rollout "${definition.rollout}"`),
    ],
  };
}

interface Part {
  readonly changes: readonly Change[];
  readonly mistakes?: readonly Mistake[];
  readonly unchanged?: number;
}

const SAME: Part = { changes: [], unchanged: 1 };

function compareSettings({ settings }: DesiredState, actual: ActualState): Part {
  if (settings === null) return { changes: [] };
  const found = differences(actual.settings, { ...DEFAULT_SETTINGS, ...settings.value });
  if (found.length === 0) return SAME;
  return {
    changes: [{ action: 'change', target: 'settings', name: 'settings', value: settings.value, differences: found }],
  };
}

function compareRules(desired: DesiredState, actual: ActualState, all: ActualState['rules']): Part {
  const [first] = desired.rules.values();
  if (first === undefined) return { changes: [] };
  const mistakes = checkEvaluators(all).map(({ path, message }) => ({
    at: placeText(first.place),
    message: `rules ${path}: ${message}`,
  }));
  const changes = [...desired.rules].flatMap(([name, { value }]): Change[] => {
    const isNew = !Object.hasOwn(actual.rules, name);
    const found = differences(isNew ? undefined : actual.rules[name], value);
    if (found.length === 0) return [];
    return [{ action: isNew ? 'create' : 'change', target: 'rule', name, value, differences: isNew ? [] : found }];
  });
  return { changes, mistakes, unchanged: desired.rules.size - changes.length };
}

function compareFlag(
  name: string,
  value: FlagDefinition,
  {
    place,
    actual,
    rules,
  }: { readonly place: Place; readonly actual: ActualState; readonly rules: ActualState['rules'] },
): Part {
  const violations = checkFlag(name, value, rules);
  if (violations.length > 0) {
    const mistakes = violations.map(({ path, message }) => ({
      at: placeText(place, path),
      message: `flag "${name}" ${path}: ${message}`,
    }));
    return { changes: [], mistakes };
  }
  const stored = actual.flags.get(name);
  const found = stored === undefined ? [] : differences(stored.definition, value);
  if (stored !== undefined && found.length === 0) return SAME;
  const action = stored === undefined ? 'create' : 'change';
  return { changes: [{ action, target: 'flag', name, value, revision: stored?.revision ?? 0, differences: found }] };
}

function compareRollout(name: string, desired: DesiredState, actual: ActualState): Part {
  const { value, place, start } = desired.rollouts.get(name)!;
  const flag = desired.flags.get(value.flag)?.value ?? actual.flags.get(value.flag)?.definition;
  const refuse = (message: string, path = ''): Part => ({
    changes: [],
    mistakes: [{ at: placeText(place, path), message: `rollout "${name}": ${message}` }],
  });
  if (flag === undefined)
    return refuse(`there is no flag "${value.flag}", neither in these files nor on the server`, '/flag');
  const planned = planOf(value, flag);
  if (planned instanceof Problem)
    return {
      changes: [],
      mistakes: planned.violations.map(({ path, message }) => ({
        at: placeText(place, path),
        message: `rollout "${name}" ${path}: ${message}`,
      })),
    };
  const stored = actual.rollouts.get(name);
  const starting: readonly Change[] = start ? [{ action: 'start', target: 'rollout', name, differences: [] }] : [];
  if (stored === undefined)
    return {
      changes: [{ action: 'create', target: 'rollout', name, value, revision: 0, differences: [] }, ...starting],
    };
  const { phase, revision } = stored.state;
  const found = differences(withoutBeliefs(stored.definition), planned);
  if (phase === 'draft') {
    const change: Change = { action: 'change', target: 'rollout', name, value, revision, differences: found };
    const changes = [...(found.length === 0 ? [] : [change]), ...starting];
    return changes.length === 0 ? SAME : { changes };
  }
  if (found.length === 0) return SAME;
  const where = found.map(({ path }) => path).join(', ');
  return refuse(
    `it is ${phase}, and a plan does not change after its start (here: ${where}); take the change back, or give the new plan a new name`,
  );
}

function planOf(value: RolloutInput, flag: FlagDefinition): RolloutDefinition | Problem {
  try {
    return planRollout(value, flag);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** What the server has learned of a metric is not part of what a person asks for. */
function withoutBeliefs(definition: RolloutDefinition): RolloutDefinition {
  return { ...definition, metrics: definition.metrics.map(({ prior: _learned, ...metric }) => metric) };
}
