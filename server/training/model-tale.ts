import type { JsonValue, ListedDecision } from '../../domain/index.ts';
import { trafficBandOf } from '../../models/index.ts';
import type { ReviewedKind, WatchedRun } from '../../training/watch/index.ts';

/** What one record tells of a model. */
export interface ModelTale extends Pick<WatchedRun, 'hasAlarmed' | 'band' | 'probability'> {
  readonly isNovel: boolean;
  readonly unusableScores: number;
  /** By the model's own word. */
  readonly isRolledBack: boolean;
  /** Answers of which each one alone may be an alarm. */
  readonly chances: number;
  readonly vectors: readonly (readonly number[])[];
}

/** What a record tells of each kind of model, by its id; undefined where the model was not asked. */
export const TALES: Readonly<Record<ReviewedKind, (record: ListedDecision, modelId: string) => ModelTale | undefined>> =
  { risk: riskTale, novelty: noveltyTale, forecast: forecastTale };

/** What an assessment says of the learned parts, as far as it says anything; a field that is missing tells nothing. */
interface LearnedTale {
  readonly treatment?: JsonValue;
  readonly risk?: JsonValue;
  readonly novelty?: JsonValue;
  readonly reason?: JsonValue;
  readonly fault?: JsonValue;
  readonly isNovel?: JsonValue;
  readonly probability?: JsonValue;
  readonly vector?: JsonValue;
}

/** The reason of a rollback that a model has asked for. */
const MODEL_ROLLBACK = 'riskAlarm';

function riskTale(record: ListedDecision, modelId: string): ModelTale | undefined {
  const tales = learnedIn(record).filter(({ risk }) => risk === modelId);
  if (tales.length === 0) return undefined;
  const { action, reasons } = record.decision;
  const probabilities = tales.flatMap(({ probability }) => (typeof probability === 'number' ? [probability] : []));
  return {
    ...seenBy(record, tales),
    hasAlarmed: tales.some(({ reason }) => reason === 'alarm'),
    // A model is switched off for a rollout after three unusable scores in a row.
    unusableScores: tales.filter(({ fault }) => fault === 'switchedOff').length,
    isRolledBack: action === 'rollback' && reasons[0]?.code === MODEL_ROLLBACK,
    probability: probabilities.length === 0 ? null : Math.max(...probabilities),
    // Its α is divided among the treatments already.
    chances: 1,
  };
}

/** To call a rollout novel is all that a novelty model can do. */
function noveltyTale(record: ListedDecision, modelId: string): ModelTale | undefined {
  const tales = learnedIn(record).filter(({ novelty }) => novelty === modelId);
  if (tales.length === 0) return undefined;
  const { learned } = evidenceIn(record);
  const isOff = ({ treatment }: LearnedTale) => learned?.[String(treatment)]?.novelty?.state?.isOff === true;
  const seen = seenBy(record, tales);
  return {
    ...seen,
    hasAlarmed: seen.isNovel,
    unusableScores: tales.filter(isOff).length,
    isRolledBack: false,
    probability: null,
    chances: tales.length,
  };
}

/** A forecaster is asked about every rate of a rollout without a control. */
function forecastTale(record: ListedDecision, modelId: string): ModelTale | undefined {
  const { models } = record.observation as { readonly models?: { readonly forecast?: { readonly id?: JsonValue } } };
  const { usual } = (record.assessment ?? {}) as { readonly usual?: JsonValue };
  if (models?.forecast?.id !== modelId || !Array.isArray(usual)) return undefined;
  const asked = (usual as readonly { readonly forecaster?: JsonValue; readonly isUnusual?: JsonValue }[]).filter(
    ({ forecaster }) => forecaster === modelId,
  );
  if (asked.length === 0) return undefined;
  const watches = Object.values(evidenceIn(record).usual ?? {});
  return {
    hasAlarmed: asked.some(({ isUnusual }) => isUnusual === true),
    isNovel: false,
    // JSON has null for a residual that is no number.
    unusableScores: watches.filter(({ watch }) => watch?.state?.before === null).length,
    isRolledBack: false,
    band: undefined,
    probability: null,
    chances: asked.length,
    vectors: [],
  };
}

function seenBy(
  record: ListedDecision,
  tales: readonly LearnedTale[],
): Pick<ModelTale, 'isNovel' | 'band' | 'vectors'> {
  // The traffic of a generation's first minutes, which its evidence remembers.
  const remembered = evidenceIn(record).learned?.[String(tales[0]?.treatment)];
  return {
    isNovel: tales.some(({ isNovel }) => isNovel === true),
    band: trafficBandOf(remembered?.unitsPerMinute ?? []),
    vectors: tales.flatMap(({ vector }) => (Array.isArray(vector) ? [vector as readonly number[]] : [])),
  };
}

function learnedIn({ assessment }: ListedDecision): readonly LearnedTale[] {
  const { learned } = (assessment ?? {}) as { readonly learned?: JsonValue };
  return Array.isArray(learned) ? (learned as readonly LearnedTale[]) : [];
}

/** What models remember of a rollout, as far as a record holds it. */
interface RememberedEvidence {
  readonly learned?: Readonly<
    Record<
      string,
      {
        readonly unitsPerMinute?: readonly number[];
        readonly novelty?: { readonly state?: { readonly isOff?: JsonValue } };
      }
    >
  >;
  readonly usual?: Readonly<Record<string, { readonly watch?: { readonly state?: { readonly before?: JsonValue } } }>>;
}

function evidenceIn({ observation }: ListedDecision): RememberedEvidence {
  return (observation as unknown as { readonly evidence?: RememberedEvidence | null }).evidence ?? {};
}
