import type { LearningStorage, ModelRecord, Scope, ShadowScore } from '../../domain/index.ts';
import { populationStability, type StabilityReference } from '../../models/index.ts';
import {
  compareVersions,
  type GateEvidence,
  type GateResult,
  passGate,
  type ShadowEvidence,
  type VersionComparison,
} from '../../training/gate/index.ts';
import { CANARY_SHARE } from '../../training/watch/index.ts';
import { readVersionOutcomes } from './version-outcomes.ts';

/** Chance that a challenger that is not worse is ever called so. */
const ALPHA = 0.05;

const DAY_MS = 86_400_000;
const PAGE = 1_000;

/** More scores than this say no more: the newest count. Of a window that a page ends in, some may be left out. */
const MAX_SCORES = 20_000;

/** How far a model is on its way into use, from what it has shown so far. */
export interface ModelStanding {
  /** null before it has scored anything. */
  readonly shadow:
    | (ShadowEvidence & { readonly scores: number; readonly actions: Readonly<Record<string, number>> })
    | null;
  /** null for a model that is not in the canary. */
  readonly canary: VersionComparison | null;
  /** null for a model that no training run has judged. */
  readonly gate: GateResult | null;
}

/** Everything that a challenger has shown: in the shadow, in the canary, and what the gate makes of it now. */
export async function readStanding(
  storage: LearningStorage,
  scope: Scope,
  record: ModelRecord,
  nowMs: number,
): Promise<ModelStanding> {
  const shadow = shadowOf(await readScores(storage, scope, record.modelId), record);
  const canary =
    record.state === 'canary'
      ? compareVersions(await readVersionOutcomes(storage, scope, record, nowMs), {
          challengerShare: CANARY_SHARE,
          alpha: ALPHA,
        })
      : null;
  const offline = record.metrics['gate'] as unknown as GateEvidence | undefined;
  const seen = canary && { rollouts: canary.rollouts.challenger, isWorse: canary.isWorse };
  return {
    shadow,
    canary,
    gate: offline === undefined ? null : passGate({ ...offline, shadow, canary: seen }),
  };
}

async function readScores(
  { shadowScores }: LearningStorage,
  scope: Scope,
  modelId: string,
): Promise<readonly ShadowScore[]> {
  const scores: ShadowScore[] = [];
  for (;;) {
    const beforeMs = scores.at(-1)?.windowEndMs;
    const page = await shadowScores.list(scope, modelId, {
      limit: PAGE,
      ...(beforeMs === undefined ? {} : { beforeMs }),
    });
    scores.push(...page);
    if (page.length < PAGE || scores.length >= MAX_SCORES) return scores;
  }
}

/** Newest first. */
function shadowOf(scores: readonly ShadowScore[], { metrics }: ModelRecord): ModelStanding['shadow'] {
  const [newest, oldest] = [scores[0], scores.at(-1)];
  if (newest === undefined || oldest === undefined) return null;
  const reference = (metrics['scores'] ?? undefined) as unknown as StabilityReference | undefined;
  const actions: Record<string, number> = {};
  for (const { action } of scores) actions[action] = (actions[action] ?? 0) + 1;
  return {
    days: (newest.windowEndMs - oldest.windowEndMs) / DAY_MS,
    rollouts: new Set(scores.map(({ rollout, generation }) => `${rollout}/${generation}`)).size,
    // Without a reference nobody can say that scores are what they were.
    scoreStability:
      reference === undefined
        ? Number.POSITIVE_INFINITY
        : populationStability(
            reference,
            scores.map(({ score }) => score),
          ),
    scores: scores.length,
    actions,
  };
}
