import type { MetricDefinition, RolloutDefinition } from '../../domain/index.ts';
import { combineEvidence } from '../../models/index.ts';
import {
  addGuardrailWindow,
  burnInLogE,
  emptyGuardrailEvidence,
  type GuardrailEvidence,
  type GuardrailWindow,
  type Judging,
} from './guardrail-evidence.ts';
import { guardrailsOf } from './guardrails-of.ts';
import { beginEpoch, forgetEpochs, type HarmLevel, harmLevel } from './harm-level.ts';
import { breachLogE, type Moment } from './settling.ts';

/** Evidence of harm by one treatment. */
export interface TreatmentEvidence {
  /** By metric. */
  readonly guardrails: Readonly<Record<string, GuardrailEvidence>>;
  /** log E of all guardrails together after the newest window. */
  readonly logE: number;
  /** The same over the present epoch alone. */
  readonly presentLogE: number;
  /**
   * Highest log E of all guardrails together so far, of one that settles only what lasts or is too much to wait for: a line
   * once passed stays passed, however many windows one pass adds.
   */
  readonly peakLogE: number;
  /** The same for the coarse tests that watch burn-in. */
  readonly peakBurnInLogE: number;
}

/** The state before the first window. */
export function emptyTreatmentEvidence(metrics: readonly MetricDefinition[]): TreatmentEvidence {
  return {
    guardrails: Object.fromEntries(metrics.map((metric) => [metric.metric, emptyGuardrailEvidence()])),
    logE: 0,
    presentLogE: 0,
    peakLogE: 0,
    peakBurnInLogE: 0,
  };
}

/** Sources that do not count, and when it is judged. */
interface Judged {
  readonly excluded: readonly string[];
  readonly moment: Moment;
}

/** Adds one closed window, given as the part that concerns each guardrail. */
export function addTreatmentWindow(
  definition: RolloutDefinition,
  { guardrails, peakLogE, peakBurnInLogE }: TreatmentEvidence,
  windowOf: (metric: MetricDefinition) => GuardrailWindow,
  { excluded, isEpochStart, moment }: Judged & { readonly isEpochStart: boolean },
): TreatmentEvidence {
  const metrics = guardrailsOf(definition);
  const judging = { definition, excluded };
  const added = Object.fromEntries(
    metrics.map((metric) => {
      const before = guardrails[metric.metric]!;
      const begun = isEpochStart ? beginEpoch(metric, before, judging) : before;
      return [metric.metric, addGuardrailWindow(metric, definition, begun, windowOf(metric))];
    }),
  );
  const { logE, presentLogE, breachLogE } = combinedLevel(metrics, added, { judging, moment });
  return {
    guardrails: added,
    logE,
    presentLogE,
    peakLogE: Math.max(peakLogE, breachLogE),
    peakBurnInLogE: Math.max(peakBurnInLogE, combinedBurnInLogE(metrics, added, judging)),
  };
}

/** The same evidence with its peaks at what it is now, without the excluded sources. */
export function withoutPeaks(
  definition: RolloutDefinition,
  evidence: TreatmentEvidence,
  { excluded, moment }: Judged,
): TreatmentEvidence {
  const metrics = guardrailsOf(definition);
  const judging = { definition, excluded };
  const guardrails = Object.fromEntries(
    Object.entries(evidence.guardrails).map(([metric, guardrail]) => [metric, forgetEpochs(guardrail)]),
  );
  const { logE, presentLogE, breachLogE } = combinedLevel(metrics, guardrails, { judging, moment });
  return {
    guardrails,
    logE,
    presentLogE,
    peakLogE: Math.max(0, breachLogE),
    peakBurnInLogE: Math.max(0, combinedBurnInLogE(metrics, guardrails, judging)),
  };
}

/** The same evidence where some guardrails have nothing to say; of the past only what is believed of it now is left. */
export function withoutGuardrails(
  definition: RolloutDefinition,
  { guardrails }: TreatmentEvidence,
  { ignored, excluded, moment }: Judged & { readonly ignored: readonly string[] },
): Omit<TreatmentEvidence, 'guardrails'> {
  const metrics = guardrailsOf(definition);
  const judging = { definition, excluded };
  const { logE, presentLogE, breachLogE } = combinedLevel(metrics, guardrails, { judging, moment, ignored });
  const heard = metrics.filter(({ metric }) => !ignored.includes(metric));
  return { logE, presentLogE, peakLogE: breachLogE, peakBurnInLogE: combinedBurnInLogE(heard, guardrails, judging) };
}

/** How the guardrails' evidence is put together. */
interface Combining {
  readonly judging: Judging;
  readonly moment: Moment;
  readonly ignored?: readonly string[];
}

/** Evidence that at least one guardrail is worse than its margin allows; one that is ignored counts as 1, no evidence. */
function combinedLevel(
  metrics: readonly MetricDefinition[],
  guardrails: Readonly<Record<string, GuardrailEvidence>>,
  { judging, moment, ignored = [] }: Combining,
): { readonly logE: number; readonly presentLogE: number; readonly breachLogE: number } {
  const heard = metrics.filter(({ metric }) => !ignored.includes(metric));
  const levels = new Map(heard.map((metric) => [metric, harmLevel(metric, guardrails[metric.metric]!, judging)]));
  const combined = (logEOf: (level: HarmLevel, metric: MetricDefinition) => number) =>
    combineEvidence(
      metrics.map((metric) => {
        const level = levels.get(metric);
        return { logE: level === undefined ? 0 : logEOf(level, metric), weight: metric.weight };
      }),
    );
  return {
    logE: combined(({ logE }) => logE),
    presentLogE: combined(({ presentLogE }) => presentLogE),
    breachLogE: combined((level, metric) => breachLogE(metric, level, moment)),
  };
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
