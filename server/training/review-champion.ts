import { shippedModels } from '../../controller/index.ts';
import type { Clock, JsonObject, LearningStorage, ModelRecord, Scope } from '../../domain/index.ts';
import { RISK_FEATURES_V2 } from '../../models/index.ts';
import {
  type ChampionSigns,
  type InputReference,
  judgeChampion,
  type ModelFigures,
  modelFigures,
  type ReviewedKind,
} from '../../training/watch/index.ts';
import { championSigns } from './champion-signs.ts';
import { readWatchedRuns } from './read-watched-runs.ts';
import { takeBack } from './take-back.ts';

const SHIPPED_MS = 30 * 86_400_000;

/** What a review has found. */
export interface ChampionReview {
  readonly modelId: string;
  readonly atMs: number;
  /** Decisions since then were looked at. */
  readonly sinceMs: number;
  /** Whether it is known how the inputs were distributed in training. */
  readonly hasReference: boolean;
  readonly signs: ChampionSigns;
  readonly figures: ModelFigures;
  /** What speaks against keeping it. */
  readonly against: readonly string[];
  /** Why it was taken back; empty for a champion that stays. */
  readonly demotedFor: readonly string[];
}

/** As much of a model's record as a review needs; there is none of a model that is shipped. */
type Reviewed = Pick<ModelRecord, 'modelId' | 'environment' | 'changedAtMs' | 'calibration' | 'metrics'>;

/**
 * Looks at the model in use in an environment, and takes its own champion back if that has to go.
 *
 * undefined where there is no champion and nothing was decided with what is shipped.
 */
export async function reviewChampion(
  storage: LearningStorage,
  clock: Clock,
  scope: Scope,
  kind: ReviewedKind,
): Promise<ChampionReview | undefined> {
  const nowMs = clock.nowMs();
  const champion = await storage.models.readChampion(scope, kind);
  const reviewed = champion ?? shippedOf(kind, nowMs);
  if (reviewed === undefined) return undefined;
  const { modelId, changedAtMs } = reviewed;
  const [newest] = await storage.models.listMoves(scope, kind, 1);
  const runs = await readWatchedRuns(storage, scope, { kind, modelId, sinceMs: changedAtMs, nowMs });
  if (champion === undefined && runs.length === 0) return undefined;
  const signs = championSigns(kind, reviewed, runs);
  const features = RISK_FEATURES_V2.features.map(({ name }) => name);
  const reference = referenceOf(reviewed.metrics);
  const found = modelFigures(runs, { features, reference, nowMs });
  // Only a risk model misses harm: the others do not look for it.
  const figures = kind === 'risk' ? found : { ...found, byBand: [] };
  const { isToGo, reasons } = judgeChampion(signs, kind);
  const wasTakenBack =
    isToGo && (await takeBack(storage, scope, reviewed, { reasons, ifRevision: newest?.revision ?? 0 }));
  // Somebody was faster, and has seen what there was to see.
  if (wasTakenBack === undefined) return undefined;
  return {
    modelId,
    atMs: nowMs,
    sinceMs: changedAtMs,
    hasReference: Object.keys(reference).length > 0,
    signs,
    figures,
    against: reasons,
    demotedFor: wasTakenBack ? reasons : [],
  };
}

/** What is shipped is in use for ever, so it is looked at by its last month; no forecaster is. */
function shippedOf(kind: ReviewedKind, nowMs: number): Reviewed | undefined {
  const { risk, novelty, alpha } = shippedModels();
  const since = { environment: null, changedAtMs: nowMs - SHIPPED_MS, metrics: {} };
  if (kind === 'risk' && risk !== null) return { ...since, modelId: risk.id, calibration: { alpha } };
  if (kind === 'novelty' && novelty !== null) return { ...since, modelId: novelty.id, calibration: {} };
  return undefined;
}

/** How inputs were distributed in training; of a model that does not say, nothing is known. */
function referenceOf(metrics: JsonObject): InputReference {
  return (metrics['inputs'] ?? {}) as unknown as InputReference;
}
