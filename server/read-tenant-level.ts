import { type HealthAssessment, priorKindOf } from '../controller/index.ts';
import type { Rollout, Scope, Storage } from '../domain/index.ts';
import type { EffectEstimate, PriorKind, TenantLevel } from '../models/index.ts';

/** Older rollouts say little about the changes of today, and a plan must not take long. */
const MAX_ROLLOUTS = 100;
const PAGE = 1_000;

/** What the newest rollouts of an environment that have ended say about the effects of its changes. */
export async function readTenantLevel(
  { rollouts, decisions }: Pick<Storage, 'rollouts' | 'decisions'>,
  scope: Scope,
): Promise<TenantLevel> {
  const ended = await readEnded(rollouts, scope);
  const effects: Record<PriorKind, EffectEstimate[]> = { errors: [], slowness: [], business: [] };
  for (const { definition } of ended) {
    const [last] = await decisions.list(scope, definition.rollout, { limit: 1 });
    // Ended by hand before anything was decided.
    if (last === undefined) continue;
    const { treatments } = last.assessment as unknown as Partial<HealthAssessment>;
    for (const { metric, estimate } of (treatments ?? []).flatMap(({ guardrails }) => guardrails)) {
      const declared = definition.metrics.find((candidate) => candidate.metric === metric);
      // Records of earlier versions have no estimate.
      if (declared !== undefined && estimate) effects[priorKindOf(declared)].push(estimate);
    }
  }
  return { rollouts: ended.length, effects, controlRates: {} };
}

async function readEnded(rollouts: Storage['rollouts'], scope: Scope): Promise<readonly Rollout[]> {
  const ended: Rollout[] = [];
  for (let after: string | undefined; ; ) {
    const page = await rollouts.listRollouts(scope, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    ended.push(...page.filter(({ state }) => state.phase === 'completed' || state.phase === 'rolledBack'));
    if (page.length < PAGE) break;
    after = page.at(-1)!.definition.rollout;
  }
  const startedAt = ({ state }: Rollout) => state.startedAtMs ?? 0;
  return ended.sort((a, b) => startedAt(b) - startedAt(a)).slice(0, MAX_ROLLOUTS);
}
