import { durationBinUpperMs, type MetricDefinition, type RolloutDefinition } from '../../domain/index.ts';
import {
  confidenceSequence,
  type DurationSketch,
  mostLikelyRisk,
  probabilityBelow,
  quantileBin,
  type RateEvidence,
  RELATIVE_RISKS,
  type RiskLikelihood,
  riskPosterior,
  shippedRiskPrior,
} from '../../models/index.ts';
import type { ControlEvidence } from './control-evidence.ts';
import { type GuardrailEvidence, guardrailLogE, TAIL } from './guardrail-evidence.ts';
import type { EffectAssessment, GuardrailAssessment, SideSummary, Verdict } from './health-assessment.ts';

/** Error of the intervals that people see. */
const INTERVAL_ALPHA = 0.05;

/** A treatment is called non-inferior from this probability on. */
const NON_INFERIOR_PROBABILITY = 0.95;

/**
 * Where nothing ever fails, or is slow, a relative risk cannot be learned; instead so many units of the treatment
 * without one event will do: its rate is below 1 in 1 000 then (rule of three, Hanley & Lippman-Hand 1983).
 */
const CLEAN_EXPOSURES = 3_000;

const PRIOR = shippedRiskPrior(RELATIVE_RISKS);

/** What one guardrail is judged by. */
export interface GuardrailToAssess {
  readonly definition: RolloutDefinition;
  readonly metric: MetricDefinition;
  readonly evidence: GuardrailEvidence;
  readonly control: ControlEvidence;
  /** ln of the e-value from which this guardrail would decide alone. */
  readonly logLine: number;
  readonly silentSides: GuardrailAssessment['silentSides'];
}

/** Verdict, effect and evidence of one guardrail of one treatment. */
export function assessGuardrail(guardrail: GuardrailToAssess): GuardrailAssessment {
  const { definition, metric, evidence, control, logLine, silentSides } = guardrail;
  const shown = evidence.tests[metric.kind === 'duration' ? TAIL : 0]!;
  const logE = guardrailLogE(metric, evidence);
  const nonInferiorProbability = probabilityOfNonInferiority(definition, metric, evidence);
  const isNonInferior = nonInferiorProbability >= NON_INFERIOR_PROBABILITY || isClean(metric, shown);
  const slowBin = metric.kind === 'duration' ? quantileBin(control.sketch, 0.95) : undefined;
  const burnIn = evidence.burnIn && sidesOf(evidence.burnIn, {}, {});
  return {
    metric: metric.metric,
    kind: metric.kind,
    verdict: verdictOf({ isFailed: logE >= logLine, isSilent: silentSides.length > 0, isNonInferior, shown }),
    ...sidesOf(shown, evidence.sketch, control.sketch),
    effect: effectOf(shown, evidence.likelihood),
    nonInferiorProbability,
    isNonInferior,
    evidence: { log10: logE / Math.LN10, lineLog10: logLine / Math.LN10 },
    silentSides,
    slowAboveMs: slowBin === undefined ? null : durationBinUpperMs(slowBin),
    burnIn,
  };
}

/** Posterior of a guardrail's relative risk, turned so that larger is worse. */
export function harmPosterior({ goodDirection }: MetricDefinition, likelihood: RiskLikelihood): readonly number[] {
  // The grid is symmetric in ln r, so reading it backwards is reading 1/r.
  return riskPosterior(PRIOR, goodDirection === 'lower' ? likelihood : [...likelihood].reverse());
}

function probabilityOfNonInferiority(
  { nonInferiorityMargin: margin }: RolloutDefinition,
  metric: MetricDefinition,
  { likelihood }: GuardrailEvidence,
): number {
  const worst = margin < 1 ? 1 / (1 - margin) : Number.POSITIVE_INFINITY;
  const limit = metric.goodDirection === 'lower' ? 1 + margin : worst;
  return probabilityBelow(RELATIVE_RISKS, harmPosterior(metric, likelihood), limit);
}

function isClean({ goodDirection }: MetricDefinition, { totals }: RateEvidence): boolean {
  return goodDirection === 'lower' && totals.xT === 0 && totals.nT >= CLEAN_EXPOSURES;
}

function verdictOf(found: {
  readonly isFailed: boolean;
  readonly isSilent: boolean;
  readonly isNonInferior: boolean;
  readonly shown: RateEvidence;
}): Verdict {
  if (found.isFailed) return 'fail';
  if (found.isSilent || found.shown.totals.nT === 0) return 'noData';
  return found.isNonInferior ? 'pass' : 'inconclusive';
}

function effectOf({ totals }: RateEvidence, likelihood: RiskLikelihood): EffectAssessment | null {
  if (totals.xT + totals.xC === 0) return null;
  const interval = confidenceSequence(RELATIVE_RISKS, likelihood, INTERVAL_ALPHA);
  return { ratio: mostLikelyRisk(RELATIVE_RISKS, likelihood), ...interval };
}

function sidesOf({ totals: { nT, nC, xT, xC } }: RateEvidence, treatment: DurationSketch, control: DurationSketch) {
  return { treatment: sideOf(nT, xT, treatment), control: sideOf(nC, xC, control) };
}

function sideOf(exposures: number, events: number, sketch: DurationSketch): SideSummary {
  return {
    exposures,
    events,
    rate: exposures === 0 ? null : events / exposures,
    p50Ms: quantileMs(sketch, 0.5),
    p95Ms: quantileMs(sketch, 0.95),
  };
}

function quantileMs(sketch: DurationSketch, p: number): number | null {
  const bin = quantileBin(sketch, p);
  return bin === undefined ? null : durationBinUpperMs(bin);
}
