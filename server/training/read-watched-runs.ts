import type { JsonValue, LabelVerdict, LearningStorage, ListedDecision, Scope } from '../../domain/index.ts';
import { trafficBandOf } from '../../models/index.ts';
import { type KnownLabel, labelKnownAt } from '../../training/labels/index.ts';
import type { WatchedRun } from '../../training/watch/index.ts';
import { listRolloutNames, readLabels } from './read-generations.ts';

/** What a record tells of a model, as far as it tells anything; a field that is missing tells nothing. */
interface LearnedTale {
  readonly treatment?: JsonValue;
  readonly risk?: JsonValue;
  readonly reason?: JsonValue;
  readonly fault?: JsonValue;
  readonly isNovel?: JsonValue;
  readonly probability?: JsonValue;
  readonly vector?: JsonValue;
}

/** One generation under a model, as all of its records tell it. */
export interface ToldRun extends WatchedRun {
  readonly label: KnownLabel | undefined;
  readonly isNovel: boolean;
  readonly unusableScores: number;
  /** By the model's own word. */
  readonly isRolledBack: boolean;
}

/** Records are large: so many at a time. */
const PAGE = 50;

/** Most inputs that are kept of one generation, the newest: a distribution needs no more. */
const MAX_VECTORS = 200;

/** Inputs older than this are in no comparison of weeks. */
const VECTORS_MS = 9 * 86_400_000;

/** The reason of a rollback that a model has asked for. */
const MODEL_ROLLBACK = 'riskAlarm';

const NOTHING = {
  hasAlarmed: false,
  isNovel: false,
  unusableScores: 0,
  isRolledBack: false,
  band: undefined,
  probability: null,
  vectors: [],
};

type Told = Omit<ToldRun, 'rollout' | 'label' | 'isHarmful'>;

/** The generations of which records name a model since a moment, with what is known of them now. */
export async function readWatchedRuns(
  storage: LearningStorage,
  scope: Scope,
  { modelId, sinceMs, nowMs }: { readonly modelId: string; readonly sinceMs: number; readonly nowMs: number },
): Promise<readonly ToldRun[]> {
  const runs: ToldRun[] = [];
  for (const rollout of await listRolloutNames(storage, scope)) {
    const byGeneration = await talesOf(storage, scope, rollout, {
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
  readonly modelId: string;
  readonly sinceMs: number;
  readonly vectorsSinceMs: number;
}

async function talesOf(
  { decisions }: LearningStorage,
  scope: Scope,
  rollout: string,
  { modelId, sinceMs, vectorsSinceMs }: Asked,
): Promise<ReadonlyMap<number, Told>> {
  const told = new Map<number, Told>();
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = await decisions.list(scope, rollout, { limit: PAGE, before });
    for (const record of page.filter(({ decidedAtMs }) => decidedAtMs >= sinceMs)) {
      const tales = learnedIn(record).filter(({ risk }) => risk === modelId);
      if (tales.length > 0)
        told.set(record.generation, withRecord(told.get(record.generation) ?? NOTHING, record, tales, vectorsSinceMs));
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE || last.decidedAtMs < sinceMs) return told;
    before = last.decidedAtMs;
  }
}

function learnedIn({ assessment }: ListedDecision): readonly LearnedTale[] {
  const { learned } = (assessment ?? {}) as { readonly learned?: JsonValue };
  return Array.isArray(learned) ? (learned as readonly LearnedTale[]) : [];
}

/** Records come newest first, so what is known already is newer. */
function withRecord(told: Told, record: ListedDecision, tales: readonly LearnedTale[], vectorsSinceMs: number): Told {
  const { decision, decidedAtMs } = record;
  const probabilities = tales.flatMap(({ probability }) => (typeof probability === 'number' ? [probability] : []));
  const vectors = tales.flatMap(({ vector }) =>
    Array.isArray(vector) && decidedAtMs >= vectorsSinceMs
      ? [{ atMs: decidedAtMs, vector: vector as readonly number[] }]
      : [],
  );
  return {
    hasAlarmed: told.hasAlarmed || tales.some(({ reason }) => reason === 'alarm'),
    isNovel: told.isNovel || tales.some(({ isNovel }) => isNovel === true),
    // A model is switched off for a rollout after three unusable scores in a row.
    unusableScores: told.unusableScores + tales.filter(({ fault }) => fault === 'switchedOff').length,
    isRolledBack:
      told.isRolledBack || (decision.action === 'rollback' && decision.reasons[0]?.code === (MODEL_ROLLBACK as string)),
    band: told.band ?? bandIn(record, tales),
    probability: told.probability ?? (probabilities.length === 0 ? null : Math.max(...probabilities)),
    vectors: told.vectors.length < MAX_VECTORS ? [...told.vectors, ...newTo(told.vectors, vectors)] : told.vectors,
  };
}

/** Several records of one minute hold the same inputs. */
function newTo(known: Told['vectors'], found: Told['vectors']): Told['vectors'] {
  const newest = known.slice(-found.length).map(({ vector }) => String(vector));
  return found.filter(({ vector }) => !newest.includes(String(vector)));
}

/** The traffic of a generation's first minutes, which its evidence remembers. */
function bandIn({ observation }: ListedDecision, tales: readonly LearnedTale[]): WatchedRun['band'] {
  const { evidence } = observation as unknown as {
    readonly evidence?: {
      readonly learned?: Readonly<Record<string, { readonly unitsPerMinute?: readonly number[] }>>;
    } | null;
  };
  const remembered = evidence?.learned?.[String(tales[0]?.treatment)];
  return trafficBandOf(remembered?.unitsPerMinute ?? []);
}
