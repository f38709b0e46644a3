import type { DecisionLog, LabelVerdict, LearningStorage, ModelRecord, Rollout, Scope } from '../../domain/index.ts';
import type { VersionOutcome } from '../../training/gate/index.ts';
import { labelKnownAt } from '../../training/labels/index.ts';
import { isCanaryRollout } from './decision-models.ts';
import { listRolloutNames, readLabels } from './read-generations.ts';

/** What the benchmark counts: an hour until everybody has a sound change, and a rollback of one. */
const COST = { hour: 4, falseRollback: 28, never: 48 };

/** "Everybody": all but a holdback. */
const FULL_COVERAGE = 95_000;

const HOUR_MS = 3_600_000;
const HISTORY = 200;

/**
 * How rollouts that began since a model is in the canary have ended, by who decided them.
 *
 * Each rollout counts by its newest generation, once that is over and somebody knows what became of it: one that nobody
 * has judged tells nothing. What harm has cost is not known, so only sound rollouts have a cost.
 */
export async function readVersionOutcomes(
  storage: LearningStorage,
  scope: Scope,
  { modelId, changedAtMs }: Pick<ModelRecord, 'modelId' | 'changedAtMs'>,
  nowMs: number,
): Promise<readonly VersionOutcome[]> {
  const outcomes: VersionOutcome[] = [];
  for (const name of await listRolloutNames(storage, scope)) {
    const rollout = await storage.rollouts.readRollout(scope, name);
    if (rollout === undefined || !isOverSince(rollout, changedAtMs)) continue;
    const labels = await readLabels(storage, scope, name, nowMs);
    const own = labels.filter(({ generation }) => generation === rollout.state.generation);
    const verdict = labelKnownAt(own, nowMs)?.verdict;
    if (verdict !== 'healthy' && verdict !== 'regressed') continue;
    const ended = await endOf(storage.decisions, scope, rollout);
    const version = isCanaryRollout(modelId, name) ? 'challenger' : 'champion';
    outcomes.push({ version, ...errorsOf(verdict, ended) });
  }
  return outcomes;
}

function isOverSince({ state }: Rollout, sinceMs: number): boolean {
  const isOver = state.phase === 'completed' || state.phase === 'rolledBack';
  return isOver && state.startedAtMs !== null && state.startedAtMs >= sinceMs;
}

/** What automation did in the end, and how many hours it took to reach everybody; null: never. */
interface AutomaticEnd {
  readonly isRolledBack: boolean;
  readonly hoursToFull: number | null;
}

async function endOf(decisions: DecisionLog, scope: Scope, { definition, state }: Rollout): Promise<AutomaticEnd> {
  const history = await decisions.readHistory(scope, definition.rollout, state.generation, {
    afterMs: 0,
    limit: HISTORY,
  });
  const full = history.find(({ decision }) => decision.coverage >= FULL_COVERAGE);
  return {
    isRolledBack: history.at(-1)?.decision.action === 'rollback',
    hoursToFull: full === undefined ? null : (full.decidedAtMs - (state.startedAtMs ?? full.decidedAtMs)) / HOUR_MS,
  };
}

function errorsOf(
  verdict: Exclude<LabelVerdict, 'unknown'>,
  { isRolledBack, hoursToFull }: AutomaticEnd,
): Omit<VersionOutcome, 'version'> {
  if (verdict === 'regressed') return { isRolledBackFalsely: false, isMissed: !isRolledBack, cost: null };
  const hours = hoursToFull === null ? COST.never : Math.min(COST.never, COST.hour * hoursToFull);
  return { isRolledBackFalsely: isRolledBack, isMissed: false, cost: isRolledBack ? COST.falseRollback : hours };
}
