import type { ClosedWindow, MetricDefinition, Rollout, RolloutDefinition } from '../../domain/index.ts';
import { slowThresholds } from '../../models/index.ts';
import { addControlWindow } from './control-evidence.ts';
import type { GuardrailWindow } from './guardrail-evidence.ts';
import { guardrailsOf } from './guardrails-of.ts';
import { asksModels } from './learned/asks-models.ts';
import type { DecisionModels } from './learned/decision-models.ts';
import { addLearnedWindow, emptyLearnedEvidence, type LearnedEvidence } from './learned/learned-evidence.ts';
import { riskWindowOf, type WindowToRead } from './learned/risk-window.ts';
import type { Observation } from './observation.ts';
import { addObservedWindow } from './observed-sums.ts';
import { metricIn, ownEntry, type Sides, segmentIn } from './read-window.ts';
import { addReportingWindow } from './reporting-evidence.ts';
import { emptyEvidence, type RolloutEvidence } from './rollout-evidence.ts';
import { scaleMetric } from './scale-metric.ts';
import { addSegmentWindow } from './segments.ts';
import { addStageWindow, emptyStageEvidence, type StageEvidence, sampleRatioLevel } from './stage-evidence.ts';
import { sumSources } from './sum-sources.ts';
import { addTrafficWindow } from './traffic-evidence.ts';
import { addTreatmentWindow, withoutPeaks } from './treatment-evidence.ts';

/** An epoch of the evidence lasts for a stage, and no longer than this unless it speaks of harm: then that has to be told first. */
const EPOCH_MS = 3_600_000;

/** What is older than this counts only e⁻¹ in everything that describes the recent past. */
const MEMORY_MS = 3_600_000;

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
  const treatments = observation.rollout.definition.treatments.map(({ variant }) => [variant, emptyLearnedEvidence()]);
  return { ...evidence, learned: Object.fromEntries(treatments) };
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
    withoutPeaks(definition, treatment, excluded),
  ]);
  const { learned: _sumsOverAllSources, ...others } = evidence;
  return { ...others, excluded, treatments: Object.fromEntries(treatments) };
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
  return isSame ? stage : emptyStageEvidence(definition, state, stage.ordinal + 1);
}

function addWindow(
  { definition, state }: Rollout,
  evidence: RolloutEvidence,
  closed: ClosedWindow,
  models: DecisionModels,
): RolloutEvidence {
  const window = sumSources(closed, { known: evidence.sources, excluded: evidence.excluded });
  const { startMs, endMs } = window;
  const metrics = guardrailsOf(definition);
  const fading = Math.exp(-(startMs - (evidence.newestStartMs ?? startMs)) / MEMORY_MS);
  const isSameTime = startMs === evidence.newestStartMs;
  const isAtCoverage = window.coverage === state.coverage;
  const isBurnIn = isAtCoverage && startMs < state.coverageSinceMs + definition.burnInMs;
  const stage = isAtCoverage ? addStageWindow(definition, evidence.stage, window) : evidence.stage;
  const epoch = epochOf(evidence, stage, startMs);
  const isEpochStart = evidence.epoch !== null && epoch !== evidence.epoch;
  const guardrailWindow = (variant: string, metric: MetricDefinition): GuardrailWindow => ({
    sides: sidesIn(window, definition, variant, metric),
    bySource: window.sources.map((source) => ({
      source: source.source,
      ...scaledSides(sidesIn(source, definition, variant, metric), source.factor),
      thresholds: slowThresholds(ownEntry(evidence.controls[metric.metric]!.sketches, source.source) ?? {}),
      segments: Object.fromEntries(
        evidence.segments.watched.map((segment) => [
          segment,
          scaledSides(
            {
              treatment: segmentIn(source, variant, segment, metric),
              control: segmentIn(source, definition.control, segment, metric),
            },
            source.factor,
          ),
        ]),
      ),
    })),
    isBurnIn,
    endMs,
    fading,
  });
  return {
    newestStartMs: startMs,
    newestEndMs: Math.max(endMs, evidence.newestEndMs ?? endMs),
    stage,
    epoch,
    sampleRatioMismatchAtMs: evidence.sampleRatioMismatchAtMs ?? (hasMismatch(stage, evidence.excluded) ? endMs : null),
    controls: Object.fromEntries(
      metrics.map((metric) => {
        const controlIn = (part: Parameters<typeof metricIn>[0]) => metricIn(part, definition.control, metric);
        const shown = {
          all: controlIn(window),
          bySource: window.sources.map((part) => ({ source: part.source, window: controlIn(part) })),
        };
        return [
          metric.metric,
          addControlWindow(metric, evidence.controls[metric.metric]!, shown, { startMs, endMs, fading }),
        ];
      }),
    ),
    treatments: Object.fromEntries(
      definition.treatments.map(({ variant }) => [
        variant,
        addTreatmentWindow(definition, evidence.treatments[variant]!, (metric) => guardrailWindow(variant, metric), {
          excluded: evidence.excluded,
          isEpochStart,
        }),
      ]),
    ),
    traffic: evidence.traffic && addTrafficWindow(definition, evidence.traffic, window, { fading, isSameTime }),
    observed: addObservedWindow(definition, evidence.observed, window),
    sources: [...new Set([...evidence.sources, ...window.sources.map(({ source }) => source)])],
    segments: addSegmentWindow(definition, evidence.segments, window),
    reporting: addReportingWindow(evidence.reporting, window),
    excluded: evidence.excluded,
    ...(evidence.learned === undefined
      ? {}
      : { learned: addLearned(definition, evidence.learned, { window, isBurnIn, guardrailWindow }, models) }),
  };
}

function addLearned(
  definition: RolloutDefinition,
  learned: Readonly<Record<string, LearnedEvidence>>,
  window: WindowToRead,
  models: DecisionModels,
): Readonly<Record<string, LearnedEvidence>> {
  const { windowMs } = definition;
  const added = definition.treatments.map(({ variant }) => {
    const seen = riskWindowOf(definition, variant, window);
    return [variant, addLearnedWindow(learned[variant]!, seen, { models, windowMs })];
  });
  return Object.fromEntries(added);
}

/** When an epoch begins depends on nothing but the past: without that its evidence would not be valid. */
function epochOf(
  { epoch, treatments }: RolloutEvidence,
  { ordinal }: StageEvidence,
  startMs: number,
): RolloutEvidence['epoch'] {
  const speaksOfHarm = Object.values(treatments).some(({ presentLogE }) => presentLogE > 0);
  const isOn = epoch !== null && epoch.stage === ordinal && (speaksOfHarm || startMs < epoch.sinceMs + EPOCH_MS);
  return isOn ? epoch : { sinceMs: startMs, stage: ordinal };
}

function sidesIn(
  window: Parameters<typeof metricIn>[0],
  { control }: RolloutDefinition,
  variant: string,
  metric: MetricDefinition,
): Sides {
  return { treatment: metricIn(window, variant, metric), control: metricIn(window, control, metric) };
}

function scaledSides({ treatment, control }: Sides, factor: number): Sides {
  return { treatment: treatment && scaleMetric(treatment, factor), control: control && scaleMetric(control, factor) };
}

function hasMismatch(stage: StageEvidence, excluded: readonly string[]): boolean {
  const { logE, logLine } = sampleRatioLevel(stage, excluded);
  return logE >= logLine;
}
