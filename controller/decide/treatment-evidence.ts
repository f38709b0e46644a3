import type { MetricDefinition } from '../../domain/index.ts';
import { combineEvidence } from '../../models/index.ts';
import {
  addGuardrailWindow,
  burnInLogE,
  emptyGuardrailEvidence,
  type GuardrailEvidence,
  type GuardrailWindow,
  guardrailLogE,
} from './guardrail-evidence.ts';

/** Evidence of harm by one treatment. */
export interface TreatmentEvidence {
  /** By metric. */
  readonly guardrails: Readonly<Record<string, GuardrailEvidence>>;
  /** Highest log E of all guardrails together so far: a line once passed stays passed, however many windows one pass adds. */
  readonly peakLogE: number;
  /** The same for the coarse tests that watch burn-in. */
  readonly peakBurnInLogE: number;
}

/** The state before the first window. */
export function emptyTreatmentEvidence(metrics: readonly MetricDefinition[]): TreatmentEvidence {
  return {
    guardrails: Object.fromEntries(metrics.map((metric) => [metric.metric, emptyGuardrailEvidence(metric)])),
    peakLogE: 0,
    peakBurnInLogE: 0,
  };
}

/** Adds one closed window, given as the part that concerns each guardrail. */
export function addTreatmentWindow(
  metrics: readonly MetricDefinition[],
  { guardrails, peakLogE, peakBurnInLogE }: TreatmentEvidence,
  windowOf: (metric: MetricDefinition) => GuardrailWindow,
): TreatmentEvidence {
  const added = Object.fromEntries(
    metrics.map((metric) => [metric.metric, addGuardrailWindow(metric, guardrails[metric.metric]!, windowOf(metric))]),
  );
  return {
    guardrails: added,
    peakLogE: Math.max(peakLogE, combinedLogE(metrics, added)),
    peakBurnInLogE: Math.max(peakBurnInLogE, combinedBurnInLogE(metrics, added)),
  };
}

/** log E that at least one guardrail is worse than its margin allows. */
function combinedLogE(
  metrics: readonly MetricDefinition[],
  guardrails: Readonly<Record<string, GuardrailEvidence>>,
): number {
  return combineEvidence(
    metrics.map((metric) => ({ logE: guardrailLogE(metric, guardrails[metric.metric]!), weight: metric.weight })),
  );
}

/** log E that at least one guardrail is catastrophic in burn-in; 0, no evidence, where none is watched then. */
function combinedBurnInLogE(
  metrics: readonly MetricDefinition[],
  guardrails: Readonly<Record<string, GuardrailEvidence>>,
): number {
  const parts = metrics.flatMap((metric) => {
    const logE = burnInLogE(guardrails[metric.metric]!);
    return logE === undefined ? [] : [{ logE, weight: metric.weight }];
  });
  return parts.length === 0 ? 0 : combineEvidence(parts);
}
