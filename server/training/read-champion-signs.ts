import type { JsonValue, Label, LearningStorage, ListedDecision, ModelRecord, Scope } from '../../domain/index.ts';
import { labelKnownAt } from '../../training/labels/index.ts';
import type { ChampionSigns } from '../../training/watch/index.ts';
import { listRolloutNames, readLabels } from './read-generations.ts';

/** What a record tells of a model, as far as it tells anything; a field that is missing tells nothing. */
interface LearnedTale {
  readonly risk?: JsonValue;
  readonly reason?: JsonValue;
  readonly fault?: JsonValue;
  readonly isNovel?: JsonValue;
}

/** Records are large: so many at a time. */
const PAGE = 50;

/** Share of harmless rollouts that a model may alarm on where its record does not say. */
const NOMINAL = 0.02;

/** The reason of a rollback that a model has asked for. */
const MODEL_ROLLBACK = 'riskAlarm';

/** What has been seen of a champion since it is in use, rollout by rollout, from the records that name it. */
export async function readChampionSigns(
  storage: LearningStorage,
  scope: Scope,
  { modelId, changedAtMs, calibration }: ModelRecord,
  nowMs: number,
): Promise<ChampionSigns> {
  const alpha = calibration['alpha'];
  let signs: ChampionSigns = {
    benign: { runs: 0, alarms: 0 },
    nominalAlarmRate: typeof alpha === 'number' ? alpha : NOMINAL,
    unusableScores: 0,
    lateScores: 0,
    rollouts: 0,
    novelRollouts: 0,
    markedFalse: 0,
  };
  for (const rollout of await listRolloutNames(storage, scope)) {
    const byGeneration = await talesOf(storage, scope, rollout, { modelId, sinceMs: changedAtMs });
    if (byGeneration.size === 0) continue;
    const labels = await readLabels(storage, scope, rollout, nowMs);
    for (const [generation, told] of byGeneration)
      signs = withGeneration(
        signs,
        told,
        labels.filter((label) => label.generation === generation),
        nowMs,
      );
  }
  return signs;
}

/** What all records of one generation tell together. */
interface Told {
  readonly hasAlarmed: boolean;
  readonly isNovel: boolean;
  readonly unusableScores: number;
  readonly isRolledBack: boolean;
}

const NOTHING: Told = { hasAlarmed: false, isNovel: false, unusableScores: 0, isRolledBack: false };

async function talesOf(
  { decisions }: LearningStorage,
  scope: Scope,
  rollout: string,
  { modelId, sinceMs }: { readonly modelId: string; readonly sinceMs: number },
): Promise<ReadonlyMap<number, Told>> {
  const told = new Map<number, Told>();
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = await decisions.list(scope, rollout, { limit: PAGE, before });
    for (const record of page.filter(({ decidedAtMs }) => decidedAtMs >= sinceMs)) {
      const tales = learnedIn(record).filter(({ risk }) => risk === modelId);
      if (tales.length > 0)
        told.set(record.generation, withRecord(told.get(record.generation) ?? NOTHING, record, tales));
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

function withRecord(told: Told, { decision }: ListedDecision, tales: readonly LearnedTale[]): Told {
  return {
    hasAlarmed: told.hasAlarmed || tales.some(({ reason }) => reason === 'alarm'),
    isNovel: told.isNovel || tales.some(({ isNovel }) => isNovel === true),
    // A model is switched off for a rollout after three unusable scores in a row.
    unusableScores: told.unusableScores + tales.filter(({ fault }) => fault === 'switchedOff').length,
    isRolledBack:
      told.isRolledBack || (decision.action === 'rollback' && decision.reasons[0]?.code === (MODEL_ROLLBACK as string)),
  };
}

function withGeneration(signs: ChampionSigns, told: Told, labels: readonly Label[], nowMs: number): ChampionSigns {
  const label = labelKnownAt(labels, nowMs);
  const isBenign = label?.verdict === 'healthy';
  return {
    ...signs,
    rollouts: signs.rollouts + 1,
    novelRollouts: signs.novelRollouts + Number(told.isNovel),
    unusableScores: signs.unusableScores + told.unusableScores,
    benign: isBenign
      ? { runs: signs.benign.runs + 1, alarms: signs.benign.alarms + Number(told.hasAlarmed) }
      : signs.benign,
    markedFalse: signs.markedFalse + Number(told.isRolledBack && isBenign && label.source === 'operator'),
  };
}
