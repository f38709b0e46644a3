import type { MetricDefinition, RolloutDefinition } from '../../domain/index.ts';
import { combineEvidence } from '../../models/index.ts';
import {
  addGuardrailWindow,
  burnInLogE,
  emptyGuardrailEvidence,
  type GuardrailEvidence,
  type GuardrailWindow,
  guardrailLogE,
  type Judging,
} from './guardrail-evidence.ts';
import { guardrailsOf } from './guardrails-of.ts';

/** Evidence of harm by one treatment. */
export interface TreatmentEvidence {
  /** By metric. */
  readonly guardrails: Readonly<Record<string, GuardrailEvidence>>;
  /** log E of all guardrails together after the newest window. */
  readonly logE: number;
  /** Highest log E of all guardrails together so far: a line once passed stays passed, however many windows one pass adds. */
  readonly peakLogE: number;
  /** The same for the coarse tests that watch burn-in. */
  readonly peakBurnInLogE: number;
}

/** The state before the first window. */
export function emptyTreatmentEvidence(metrics: readonly MetricDefinition[]): TreatmentEvidence {
  return {
    guardrails: Object.fromEntries(metrics.map((metric) => [metric.metric, emptyGuardrailEvidence()])),
    logE: 0,
    peakLogE: 0,
    peakBurnInLogE: 0,
  };
}

/** Adds one closed window, given as the part that concerns each guardrail. */
export function addTreatmentWindow(
  definition: RolloutDefinition,
  { guardrails, peakLogE, peakBurnInLogE }: TreatmentEvidence,
  windowOf: (metric: MetricDefinition) => GuardrailWindow,
  excluded: readonly string[],
): TreatmentEvidence {
  const metrics = guardrailsOf(definition);
  const added = Object.fromEntries(
    metrics.map((metric) => [
      metric.metric,
      addGuardrailWindow(metric, definition, guardrails[metric.metric]!, windowOf(metric)),
    ]),
  );
  const judging = { definition, excluded };
  const logE = combinedLogE(metrics, added, judging);
  return {
    guardrails: added,
    logE,
    peakLogE: Math.max(peakLogE, logE),
    peakBurnInLogE: Math.max(peakBurnInLogE, combinedBurnInLogE(metrics, added, judging)),
  };
}

/** The same evidence with its peaks at what it is now, without the excluded sources. */
export function withoutPeaks(
  definition: RolloutDefinition,
  evidence: TreatmentEvidence,
  excluded: readonly string[],
): TreatmentEvidence {
  const metrics = guardrailsOf(definition);
  const judging = { definition, excluded };
  const logE = combinedLogE(metrics, evidence.guardrails, judging);
  return {
    ...evidence,
    logE,
    peakLogE: Math.max(0, logE),
    peakBurnInLogE: Math.max(0, combinedBurnInLogE(metrics, evidence.guardrails, judging)),
  };
}

/** log E that at least one guardrail is worse than its margin allows. */
function combinedLogE(
  metrics: readonly MetricDefinition[],
  guardrails: Readonly<Record<string, GuardrailEvidence>>,
  judging: Judging,
): number {
  return combineEvidence(
    metrics.map((metric) => ({
      logE: guardrailLogE(metric, guardrails[metric.metric]!, judging),
      weight: metric.weight,
    })),
  );
}

/** log E that at least one guardrail is catastrophic in burn-in; 0, no evidence, where none is watched then. */
function combinedBurnInLogE(
  metrics: readonly MetricDefinition[],
  guardrails: Readonly<Record<string, GuardrailEvidence>>,
  judging: Judging,
): number {
  const parts = metrics.flatMap((metric) => {
    const logE = burnInLogE(metric, guardrails[metric.metric]!, judging);
    return logE === undefined ? [] : [{ logE, weight: metric.weight }];
  });
  return parts.length === 0 ? 0 : combineEvidence(parts);
}
