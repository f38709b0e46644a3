import type { LabelVerdict, LearningStorage, Scope } from '../../domain/index.ts';
import { type KnownLabel, labelKnownAt } from '../../training/labels/index.ts';
import type { ReviewedKind, WatchedRun } from '../../training/watch/index.ts';
import { type ModelTale, TALES } from './model-tale.ts';
import { listRolloutNames, readLabels } from './read-generations.ts';
import { recordsSince } from './records-since.ts';

/** One generation under a model, as all of its records tell it. */
export interface ToldRun extends WatchedRun, Omit<ModelTale, 'vectors'> {
  readonly label: KnownLabel | undefined;
}

/** Most inputs that are kept of one generation, the newest: a distribution needs no more. */
const MAX_VECTORS = 200;

/** Inputs older than this are in no comparison of weeks. */
const VECTORS_MS = 9 * 86_400_000;

const NOTHING: Told = {
  hasAlarmed: false,
  isNovel: false,
  unusableScores: 0,
  isRolledBack: false,
  band: undefined,
  probability: null,
  chances: 0,
  vectors: [],
};

type Told = Omit<ToldRun, 'rollout' | 'label' | 'isHarmful'>;

/** The generations of which records name a model since a moment, with what is known of them now. */
export async function readWatchedRuns(
  storage: LearningStorage,
  scope: Scope,
  { kind, modelId, sinceMs, nowMs }: Omit<Asked, 'vectorsSinceMs'> & { readonly nowMs: number },
): Promise<readonly ToldRun[]> {
  const runs: ToldRun[] = [];
  for (const rollout of await listRolloutNames(storage, scope)) {
    const byGeneration = await talesOf(storage, scope, rollout, {
      kind,
      modelId,
      sinceMs,
      vectorsSinceMs: nowMs - VECTORS_MS,
    });
    if (byGeneration.size === 0) continue;
    const labels = await readLabels(storage, scope, rollout, nowMs);
    for (const [generation, told] of byGeneration) {
      const label = labelKnownAt(
        labels.filter((one) => one.generation === generation),
        nowMs,
      );
      runs.push({ rollout, ...told, label, isHarmful: isHarmful(label?.verdict) });
    }
  }
  return runs;
}

function isHarmful(verdict: LabelVerdict | undefined): boolean | null {
  return verdict === undefined || verdict === 'unknown' ? null : verdict === 'regressed';
}

interface Asked {
  readonly kind: ReviewedKind;
  readonly modelId: string;
  readonly sinceMs: number;
  readonly vectorsSinceMs: number;
}

async function talesOf(
  { decisions }: LearningStorage,
  scope: Scope,
  rollout: string,
  { kind, modelId, sinceMs, vectorsSinceMs }: Asked,
): Promise<ReadonlyMap<number, Told>> {
  const told = new Map<number, Told>();
  for await (const record of recordsSince(decisions, scope, rollout, sinceMs)) {
    const tale = TALES[kind](record, modelId);
    if (tale === undefined) continue;
    const isRecent = record.decidedAtMs >= vectorsSinceMs;
    const vectors = isRecent ? tale.vectors.map((vector) => ({ atMs: record.decidedAtMs, vector })) : [];
    told.set(record.generation, withTale(told.get(record.generation) ?? NOTHING, tale, vectors));
  }
  return told;
}

/** Records come newest first, so what is known already is newer. */
function withTale(told: Told, tale: ModelTale, vectors: Told['vectors']): Told {
  return {
    hasAlarmed: told.hasAlarmed || tale.hasAlarmed,
    isNovel: told.isNovel || tale.isNovel,
    unusableScores: told.unusableScores + tale.unusableScores,
    isRolledBack: told.isRolledBack || tale.isRolledBack,
    band: told.band ?? tale.band,
    probability: told.probability ?? tale.probability,
    chances: Math.max(told.chances, tale.chances),
    vectors: told.vectors.length < MAX_VECTORS ? [...told.vectors, ...newTo(told.vectors, vectors)] : told.vectors,
  };
}

/** Several records of one minute hold the same inputs. */
function newTo(known: Told['vectors'], found: Told['vectors']): Told['vectors'] {
  const newest = known.slice(-found.length).map(({ vector }) => String(vector));
  return found.filter(({ vector }) => !newest.includes(String(vector)));
}
