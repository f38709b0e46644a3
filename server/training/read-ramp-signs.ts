import type { LearningStorage, ListedDecision, Scope } from '../../domain/index.ts';
import { labelKnownAt } from '../../training/labels/index.ts';
import type { CostAgainstSchedule, RampSigns } from '../../training/watch/index.ts';
import { listLearnedRollouts, readLabels } from './read-generations.ts';
import { recordsSince } from './records-since.ts';

/** A cost that is older than so many runs is of another time. */
const RUNS = 10;

/** Whom the signs are of. */
export interface AskedPolicy {
  readonly policy: string;
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** What has been seen of a ramp policy since a moment: in the rollouts whose pace it chose, and in the newest training run that priced its choices. */
export async function readRampSigns(storage: LearningStorage, scope: Scope, asked: AskedPolicy): Promise<RampSigns> {
  const signs = { rollouts: 0, healthy: { runs: 0, alarms: 0 }, asked: 0, withoutProbabilities: 0 };
  for (const rollout of await listLearnedRollouts(storage, scope)) {
    const generations = await toldIn(storage, scope, rollout, asked);
    if (generations.length === 0) continue;
    const labels = await readLabels(storage, scope, rollout, asked.nowMs);
    for (const [generation, told] of generations) {
      signs.asked += told.chosen + told.withoutProbabilities;
      signs.withoutProbabilities += told.withoutProbabilities;
      if (told.chosen === 0) continue;
      signs.rollouts += 1;
      const own = labels.filter((label) => label.generation === generation);
      if (labelKnownAt(own, asked.nowMs)?.verdict !== 'healthy') continue;
      signs.healthy.runs += 1;
      if (told.isRolledBack) signs.healthy.alarms += 1;
    }
  }
  return { ...signs, cost: await newestCost(storage, scope, asked.policy) };
}

/** One generation, whose pace the policy was asked for or not. */
interface Told {
  readonly chosen: number;
  readonly withoutProbabilities: number;
  /** By a decision: what people take back is nobody's false rollback. */
  readonly isRolledBack: boolean;
}

async function toldIn(
  { decisions }: LearningStorage,
  scope: Scope,
  rollout: string,
  { policy, sinceMs }: AskedPolicy,
): Promise<readonly (readonly [number, Told])[]> {
  const told = new Map<number, Told>();
  for await (const record of recordsSince(decisions, scope, rollout, sinceMs)) {
    const { chosen, withoutProbabilities, isRolledBack } = told.get(record.generation) ?? NOTHING;
    const { action, choice } = record.decision;
    told.set(record.generation, {
      chosen: chosen + (choice?.policy === policy ? 1 : 0),
      withoutProbabilities: withoutProbabilities + (isUnusable(record, policy) ? 1 : 0),
      isRolledBack: isRolledBack || action === 'rollback',
    });
  }
  // A pace is kept whichever policy is in use when the rollout ends.
  return [...told].filter(([, { chosen, withoutProbabilities }]) => chosen + withoutProbabilities > 0);
}

const NOTHING: Told = { chosen: 0, withoutProbabilities: 0, isRolledBack: false };

/** A rollout that keeps the pace of its plan because the policy had nothing to choose by says so, and names it. */
function isUnusable({ decision: { choice, reasons } }: ListedDecision, policy: string): boolean {
  return (
    choice === undefined &&
    reasons.some(({ code, message }) => code === 'modelUnavailable' && message.includes(`ramp policy ${policy} `))
  );
}

async function newestCost(
  { trainingRuns }: LearningStorage,
  scope: Scope,
  policy: string,
): Promise<CostAgainstSchedule | null> {
  const runs = await trainingRuns.list(scope, { limit: RUNS, kind: 'ramp', state: 'completed' });
  const costs = runs.map(({ result }) => (result as { readonly inUse?: CostAgainstSchedule | null } | null)?.inUse);
  return costs.find((cost) => cost?.policy === policy) ?? null;
}
