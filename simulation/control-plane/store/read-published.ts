import {
  DEFAULT_SETTINGS,
  type EnvironmentSettings,
  EXACT_CHANGES,
  type FlagDefinition,
  type FlagSet,
  type JsonValue,
  type PublishedState,
  ROLLOUT_CHANGES,
  type Rollout,
} from '../../../domain/index.ts';
import { rolloutOf } from './rollouts.ts';
import { compareBytes, type EnvironmentTable, parsed, type StoredChange } from './tables.ts';

/** Whoever missed more changes than this reads everything. */
const MAX_CHANGES = 500;

/** Everything published; whatever is known not to have changed since `held` is the same object as there. */
export function readPublished(environment: EnvironmentTable, held?: PublishedState): PublishedState {
  const missed = held && changesSince(environment, held);
  const isTouched = (kinds: readonly string[]) =>
    missed === undefined || missed.some(({ kind }) => kinds.includes(kind));
  const subjects = new Set(missed?.map(({ subject }) => subject));
  const { epoch, version, settings, ticketSecret } = environment;
  const old = missed && held;
  return {
    epoch,
    version,
    flagSet:
      old && !isTouched(['flag', 'evaluators'])
        ? old.flagSet
        : flagSetOf(environment, old && { ...old, touched: subjects, wroteEvaluators: isTouched(['evaluators']) }),
    rollouts:
      old && !isTouched(ROLLOUT_CHANGES) ? old.rollouts : rolloutsOf(environment, old?.rollouts ?? [], subjects),
    settings:
      old && !isTouched(['settings'])
        ? old.settings
        : { ...DEFAULT_SETTINGS, ...parsed<EnvironmentSettings>(settings) },
    ticketSecret,
  };
}

/** What happened after `held`; undefined where that cannot be known for sure. */
function changesSince({ epoch, version, changes }: EnvironmentTable, held: PublishedState) {
  const missed = changes.filter((change) => change.version > held.version).slice(0, MAX_CHANGES);
  const isAll = epoch === held.epoch && missed.length === version - held.version;
  return isAll && missed.every(isKnown) ? missed : undefined;
}

function isKnown({ kind }: StoredChange): boolean {
  return EXACT_CHANGES.includes(kind);
}

function flagSetOf(
  environment: EnvironmentTable,
  old?: PublishedState & { readonly touched: ReadonlySet<string>; readonly wroteEvaluators: boolean },
): FlagSet {
  const before = old?.flagSet.flags ?? {};
  const wroteFlags = old === undefined || [...old.touched].some((subject) => environment.flags.has(subject));
  const flags = wroteFlags ? flagsOf(environment, before, old?.touched ?? new Set()) : before;
  const evaluators = parsed<Readonly<Record<string, JsonValue>>>(environment.evaluators);
  const $evaluators = old !== undefined && !old.wroteEvaluators ? old.flagSet.$evaluators : evaluators;
  return Object.keys($evaluators ?? {}).length > 0 ? { flags, $evaluators: $evaluators! } : { flags };
}

function flagsOf(
  { flags }: EnvironmentTable,
  before: FlagSet['flags'],
  touched: ReadonlySet<string>,
): FlagSet['flags'] {
  const keys = [...flags.keys()].sort(compareBytes);
  const definitionOf = (key: string) =>
    Object.hasOwn(before, key) && !touched.has(key) ? before[key]! : parsed<FlagDefinition>(flags.get(key)!.definition);
  return Object.fromEntries(keys.map((key) => [key, definitionOf(key)]));
}

/** Running, paused and completed ones that are not archived, in the order of their first start. */
function rolloutsOf(
  { rollouts }: EnvironmentTable,
  before: readonly Rollout[],
  touched: ReadonlySet<string>,
): readonly Rollout[] {
  const known = new Map(before.map((rollout) => [rollout.definition.rollout, rollout]));
  return [...rollouts]
    .filter(([, { state }]) => ['running', 'paused', 'completed'].includes(state.phase) && !state.isArchived)
    .map(([name, rollout]) => ({
      name,
      rollout: touched.has(name) ? rolloutOf(rollout) : (known.get(name) ?? rolloutOf(rollout)),
    }))
    .sort(
      (left, right) =>
        (left.rollout.state.startedAtMs ?? 0) - (right.rollout.state.startedAtMs ?? 0) ||
        compareBytes(left.name, right.name),
    )
    .map(({ rollout }) => rollout);
}
