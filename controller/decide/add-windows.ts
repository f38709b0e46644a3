import type { ClosedWindow, MetricDefinition, Rollout } from '../../domain/index.ts';
import { slowThresholds } from '../../models/index.ts';
import { addControlWindow } from './control-evidence.ts';
import type { GuardrailWindow } from './guardrail-evidence.ts';
import { guardrailsOf } from './guardrails-of.ts';
import type { Observation } from './observation.ts';
import { addObservedWindow } from './observed-sums.ts';
import { metricIn } from './read-window.ts';
import { emptyEvidence, type RolloutEvidence } from './rollout-evidence.ts';
import { addStageWindow, emptyStageEvidence, type StageEvidence, sampleRatioLevel } from './stage-evidence.ts';
import { addTrafficWindow } from './traffic-evidence.ts';
import { addTreatmentWindow } from './treatment-evidence.ts';

/** What is older than this counts only e⁻¹ in everything that describes the recent past. */
const MEMORY_MS = 3_600_000;

/** The evidence after the observation's windows: the same whether they are added in one pass or in many. */
export function addWindows({ rollout, evidence, windows }: Observation): RolloutEvidence {
  const before = evidence ?? emptyEvidence(rollout);
  assertNotCountedYet(before, windows);
  const start = { ...before, stage: stageNow(before.stage, rollout) };
  return windows.reduce((sum, window) => addWindow(rollout, sum, window), start);
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

function addWindow({ definition, state }: Rollout, evidence: RolloutEvidence, window: ClosedWindow): RolloutEvidence {
  const { startMs, endMs } = window;
  const metrics = guardrailsOf(definition);
  const fading = Math.exp(-(startMs - (evidence.newestStartMs ?? startMs)) / MEMORY_MS);
  const isSameTime = startMs === evidence.newestStartMs;
  const isAtCoverage = window.coverage === state.coverage;
  const isBurnIn = isAtCoverage && startMs < state.coverageSinceMs + definition.burnInMs;
  const stage = isAtCoverage ? addStageWindow(definition, evidence.stage, window) : evidence.stage;
  const guardrailWindow = (variant: string, metric: MetricDefinition): GuardrailWindow => ({
    treatment: metricIn(window, variant, metric),
    control: metricIn(window, definition.control, metric),
    thresholds: slowThresholds(evidence.controls[metric.metric]!.sketch),
    isBurnIn,
    endMs,
    fading,
  });
  return {
    newestStartMs: startMs,
    newestEndMs: Math.max(endMs, evidence.newestEndMs ?? endMs),
    stage,
    sampleRatioMismatchAtMs: evidence.sampleRatioMismatchAtMs ?? (hasMismatch(stage) ? endMs : null),
    controls: Object.fromEntries(
      metrics.map((metric) => {
        const shown = metricIn(window, definition.control, metric);
        return [
          metric.metric,
          addControlWindow(metric, evidence.controls[metric.metric]!, shown, { startMs, endMs, fading }),
        ];
      }),
    ),
    treatments: Object.fromEntries(
      definition.treatments.map(({ variant }) => [
        variant,
        addTreatmentWindow(metrics, evidence.treatments[variant]!, (metric) => guardrailWindow(variant, metric)),
      ]),
    ),
    traffic: evidence.traffic && addTrafficWindow(definition, evidence.traffic, window, { fading, isSameTime }),
    observed: addObservedWindow(definition, evidence.observed, window),
  };
}

function hasMismatch(stage: StageEvidence): boolean {
  const { logE, logLine } = sampleRatioLevel(stage);
  return logE >= logLine;
}
