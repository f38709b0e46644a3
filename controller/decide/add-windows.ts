import type { ClosedWindow, Rollout } from '../../domain/index.ts';
import { addAllocationWindow, emptyAllocationEvidence } from './allocation/allocation-evidence.ts';
import { armsOf } from './allocation/arms.ts';
import { afterReading, readClosedWindow, type WindowReading } from './closed-window.ts';
import { guardrailsOf } from './guardrails-of.ts';
import { asksModels } from './learned/asks-models.ts';
import type { DecisionModels } from './learned/decision-models.ts';
import { addLearnedReading, noLearnedEvidence } from './learned/learned-by-treatment.ts';
import type { Observation } from './observation.ts';
import { addObservedWindow } from './observed-sums.ts';
import { addReportingWindow } from './reporting-evidence.ts';
import { emptyEvidence, type RolloutEvidence } from './rollout-evidence.ts';
import { settledFromMs } from './settling.ts';
import { addStageWindow, emptyStageEvidence, type StageEvidence, sampleRatioLevel } from './stage-evidence.ts';
import { addTrafficWindow } from './traffic-evidence.ts';
import { addTreatmentWindow, withoutPeaks } from './treatment-evidence.ts';
import { addUsualWindow, endsWithoutControl } from './usual/usual-evidence.ts';

/** An epoch of the evidence lasts for a stage, and no longer than this unless it speaks of harm: then that has to be told first. */
const EPOCH_MS = 3_600_000;

/** The evidence after the observation's windows: the same whether they are added in one pass or in many. */
export function addWindows(observation: Observation, models: DecisionModels): RolloutEvidence {
  const { rollout, evidence, windows, quarantinedSources } = observation;
  const before = evidence ?? emptyEvidence(rollout);
  assertNotCountedYet(before, windows);
  const start = withLearned(observation, withoutSources(rollout, before, quarantinedSources));
  const staged = { ...start, stage: stageNow(start.stage, rollout) };
  return windows.reduce((sum, window) => addWindow(rollout, sum, window, models), staged);
}

/** Learned parts that have no say remember nothing, and begin anew once they have one. */
function withLearned(observation: Observation, evidence: RolloutEvidence): RolloutEvidence {
  const { learned, ...statistics } = evidence;
  if (!asksModels(observation)) return learned === undefined ? evidence : statistics;
  if (learned !== undefined) return evidence;
  return { ...evidence, learned: noLearnedEvidence(observation.rollout.definition) };
}

/** Peaks to which a quarantined source contributed are taken anew from what the others say. */
function withoutSources(
  { definition }: Rollout,
  evidence: RolloutEvidence,
  excluded: readonly string[],
): RolloutEvidence {
  const isSame = excluded.length === evidence.excluded.length && excluded.every((s) => evidence.excluded.includes(s));
  if (isSame) return evidence;
  const treatments = Object.entries(evidence.treatments).map(([variant, treatment]) => [
    variant,
    withoutPeaks(definition, treatment, { excluded, moment: evidence }),
  ]);
  // What adds up all sources begins anew; what was decided by it stays.
  const { learned: _sumsOverAllSources, usual: _theSame, allocation, ...others } = evidence;
  return {
    ...others,
    excluded,
    treatments: Object.fromEntries(treatments),
    ...(allocation && { allocation: { ...emptyAllocationEvidence(definition), splitAtMs: allocation.splitAtMs } }),
  };
}

/** A window counted twice would be evidence from nothing. Windows of several coverages may share a start. */
function assertNotCountedYet(evidence: RolloutEvidence, windows: readonly ClosedWindow[]): void {
  let previous = { startMs: evidence.newestStartMs ?? Number.NEGATIVE_INFINITY, coverage: Number.POSITIVE_INFINITY };
  for (const { startMs, coverage } of windows) {
    const isLater = startMs > previous.startMs || (startMs === previous.startMs && coverage > previous.coverage);
    if (!isLater) throw new Error(`the window at ${startMs} ms, coverage ${coverage}, was counted before`);
    previous = { startMs, coverage };
  }
}

function stageNow(stage: StageEvidence, { definition, state }: Rollout): StageEvidence {
  const isSame = stage.coverage === state.coverage && stage.sinceMs === state.coverageSinceMs;
  if (isSame) return stage;
  const next = emptyStageEvidence(definition, state, stage.ordinal + 1);
  const isLook = state.coverage < stage.coverage;
  const looks = (stage.looks ?? 0) + (isLook ? 1 : 0);
  return looks === 0 ? next : { ...next, looks, isLook };
}

function addWindow(
  rollout: Rollout,
  evidence: RolloutEvidence,
  closed: ClosedWindow,
  models: DecisionModels,
): RolloutEvidence {
  const { definition } = rollout;
  const reading = readClosedWindow(rollout, evidence, closed);
  const { window, fading, guardrailWindow } = reading;
  const { startMs, endMs } = window;
  const stage = isOfStage(rollout, reading) ? addStageWindow(definition, evidence.stage, reading) : evidence.stage;
  const epoch = epochOf(rollout, evidence, stage, startMs);
  const { allocation, pace } = evidence;
  const isEpochStart = evidence.epoch !== null && epoch !== evidence.epoch;
  const isSameTime = startMs === evidence.newestStartMs;
  return {
    ...afterReading(definition, evidence, reading),
    stage,
    epoch,
    sampleRatioMismatchAtMs: evidence.sampleRatioMismatchAtMs ?? (hasMismatch(stage, evidence.excluded) ? endMs : null),
    treatments: Object.fromEntries(
      definition.treatments.map(({ variant }) => [
        variant,
        addTreatmentWindow(definition, evidence.treatments[variant]!, (metric) => guardrailWindow(variant, metric), {
          excluded: evidence.excluded,
          isEpochStart,
          moment: { stage, epoch },
        }),
      ]),
    ),
    traffic: evidence.traffic && addTrafficWindow(definition, evidence.traffic, window, { fading, isSameTime }),
    observed: addObservedWindow(definition, evidence.observed, window),
    reporting: addReportingWindow(evidence.reporting, window),
    ...(pace && { pace }),
    ...(allocation && {
      allocation: addAllocationWindow(definition, allocation, reading, armsOf(definition, rollout.state.admission)),
    }),
    ...(evidence.learned === undefined
      ? {}
      : { learned: addLearnedReading(definition, evidence.learned, reading, models) }),
    ...(endsWithoutControl(definition)
      ? { usual: addUsualWindow(definition, evidence.usual ?? {}, reading, models.forecast) }
      : {}),
  };
}

/** The coverage tells stages apart, but for one that began because a treatment was withdrawn: its units are in control since. */
function isOfStage({ definition, state }: Rollout, { window, isAtCoverage }: WindowReading): boolean {
  const isAfterWithdrawal = window.startMs >= state.coverageSinceMs + definition.windowMs;
  return isAtCoverage && ((state.admission?.withdrawn.length ?? 0) === 0 || isAfterWithdrawal);
}

/** When an epoch begins depends on nothing but the past: without that its evidence would not be valid. */
function epochOf(
  { definition, state }: Rollout,
  { epoch, treatments }: RolloutEvidence,
  stage: StageEvidence,
  startMs: number,
): RolloutEvidence['epoch'] {
  const speaksOfHarm = Object.entries(treatments).some(
    ([variant, { presentLogE }]) => presentLogE > 0 && !state.admission?.withdrawn.includes(variant),
  );
  const next = { sinceMs: startMs, stage: stage.ordinal };
  if (epoch === null || epoch.stage !== stage.ordinal) return next;
  const hasSettled = guardrailsOf(definition).some((metric) => {
    const fromMs = settledFromMs(metric, stage);
    return fromMs !== undefined && epoch.sinceMs < fromMs && startMs >= fromMs;
  });
  const isOn = !hasSettled && (speaksOfHarm || startMs < epoch.sinceMs + EPOCH_MS);
  return isOn ? epoch : next;
}

function hasMismatch(stage: StageEvidence, excluded: readonly string[]): boolean {
  const { logE, logLine } = sampleRatioLevel(stage, excluded);
  return logE >= logLine;
}
