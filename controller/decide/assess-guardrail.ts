import {
  durationBinMidMs,
  durationBinUpperMs,
  type MetricDefinition,
  type RolloutDefinition,
} from '../../domain/index.ts';
import {
  confidenceSequence,
  EMPTY_SKETCH,
  type FlatSketch,
  mergeValueEvidence,
  mostLikelyRisk,
  priorOnGrid,
  priorProbabilityOfHarmBelow,
  probabilityBelow,
  probabilityOfHarmBelow,
  quantileBins,
  quantileInterval,
  RELATIVE_RISKS,
  type RiskDistribution,
  type RiskLikelihood,
  riskEstimate,
  riskPosterior,
  shippedRiskPrior,
  type ValueEvidence,
  valueEstimate,
  valueInterval,
} from '../../models/index.ts';
import { assessNeed, assessValueNeed } from './assess-need.ts';
import { type ControlEvidence, pooledSketch } from './control-evidence.ts';
import {
  countedSources,
  type GuardrailEvidence,
  guardrailTotals,
  type Judging,
  representative,
} from './guardrail-evidence.ts';
import { type HarmLevel, harmLevel, presentEvidence, type Stretch } from './harm-level.ts';
import type {
  EffectAssessment,
  GuardrailAssessment,
  SegmentAssessment,
  SideSummary,
  Verdict,
} from './health-assessment.ts';
import { segmentLevels } from './segments-evidence.ts';
import { breachLogE, type Moment, type Settling, settlingOf } from './settling.ts';
import type { Totals } from './totals.ts';
import { whenRead } from './when-read.ts';

/** Error of the intervals that people see. */
const INTERVAL_ALPHA = 0.05;

/** A treatment is called non-inferior from this probability on. */
export const NON_INFERIOR_PROBABILITY = 0.95;

/** Harm has faded where what came since it settled is non-inferior with this probability. */
const FADED_PROBABILITY = 0.9;

/**
 * Where nothing ever fails, or is slow, a relative risk cannot be learned; instead so many units of the treatment
 * without one event will do: its rate is below 1 in 1 000 then (rule of three, Hanley & Lippman-Hand 1983).
 */
const CLEAN_EXPOSURES = 3_000;

/** Means move less than rates: their non-inferiority margin is so many times the margin of harm. */
const VALUE_MARGINS = 2.5;

const SHIPPED_PRIOR = shippedRiskPrior(RELATIVE_RISKS);

/** Belief about a guardrail's relative risk before any data, larger being worse. */
function priorOf({ prior }: MetricDefinition): RiskDistribution {
  return prior?.measure === 'logRatio' ? priorOnGrid(prior, RELATIVE_RISKS) : SHIPPED_PRIOR;
}

/** Largest relative worsening that coverage beyond one half may still be suspected of. */
export function nonInferiorityMarginOf(
  { nonInferiorityMargin }: Pick<RolloutDefinition, 'nonInferiorityMargin'>,
  { kind, margin }: Pick<MetricDefinition, 'kind' | 'margin'>,
): number {
  return kind === 'value' ? VALUE_MARGINS * margin : nonInferiorityMargin;
}

/** What one guardrail is judged by. */
export interface GuardrailToAssess {
  readonly definition: RolloutDefinition;
  readonly metric: MetricDefinition;
  readonly evidence: GuardrailEvidence;
  readonly control: ControlEvidence;
  /** ln of the e-value from which this guardrail would decide alone. */
  readonly logLine: number;
  readonly silentSides: GuardrailAssessment['silentSides'];
  /** Sources that do not count. */
  readonly excluded: readonly string[];
  readonly moment: Moment;
  /** Time in which the evidence came, > 0. */
  readonly hours: number;
}

/** Verdict, effect and evidence of one guardrail of one treatment. */
export function assessGuardrail(guardrail: GuardrailToAssess): GuardrailAssessment {
  const { definition, metric, evidence, control, logLine, silentSides, excluded, hours } = guardrail;
  const judging = { definition, excluded };
  const work = whenRead({
    totals: () => guardrailTotals(metric, evidence, judging),
    values: () => (metric.kind === 'value' ? valuesOf(evidence, judging) : undefined),
    level: () => harmLevel(metric, evidence, judging),
    usual: () => (metric.kind === 'duration' ? pooledSketch(control) : EMPTY_SKETCH),
  });
  const assessment: GuardrailAssessment = whenRead<GuardrailAssessment>({
    metric: () => metric.metric,
    kind: () => metric.kind,
    verdict: () =>
      verdictOf({
        isFailed: breachLogE(metric, work.level, guardrail.moment) >= logLine,
        isSilent: silentSides.length > 0,
        isNonInferior: assessment.isNonInferior,
        exposures: work.totals.main.nT,
      }),
    treatment: () => {
      const { nT, xT } = work.totals.main;
      return { ...sideOf(nT, xT, evidence.sketch), mean: meanOf(work.values, 'treatment') };
    },
    control: () => {
      const { nC, xC } = work.totals.main;
      return { ...sideOf(nC, xC, work.usual), mean: meanOf(work.values, 'control') };
    },
    effect: () => (work.values ? effectOfValue(work.values) : effectOf(work.totals.main, evidence.likelihood)),
    estimate: () =>
      (work.values ? valueEstimate(work.values) : riskEstimate(RELATIVE_RISKS, evidence.likelihood)) ?? null,
    nonInferiorProbability: () =>
      work.values
        ? probabilityOfHarmBelow(work.values, metric.goodDirection, nonInferiorityMarginOf(definition, metric))
        : probabilityOfNonInferiority(definition, metric, harmPosterior(metric, evidence.likelihood)),
    isNonInferior: () =>
      assessment.nonInferiorProbability >= NON_INFERIOR_PROBABILITY || isClean(metric, work.totals.main),
    isUnsuspected: () =>
      assessment.isNonInferior ||
      assessment.settling === 'faded' ||
      assessment.nonInferiorProbability >= believedBefore(guardrail),
    evidence: () => ({ log10: work.level.logE / Math.LN10, lineLog10: logLine / Math.LN10 }),
    settling: () => settlingNow(guardrail, work.level),
    silentSides: () => silentSides,
    slowAboveMs: () => slowAboveOf(work.usual),
    burnIn: () => work.totals.burnIn && sidesOf(work.totals.burnIn),
    need: () => {
      const need = needOf(guardrail, work.totals.main, work.values);
      return need && { ...need, exposuresPerHour: (work.totals.main.nT + work.totals.main.nC) / hours };
    },
    segments: () => segmentLevels(metric, evidence.segments, excluded).map(assessSegment),
  });
  return assessment;
}

/** The same with whether it has faded, which is asked only where its evidence would otherwise hold the rollout. */
function settlingNow(guardrail: GuardrailToAssess, level: HarmLevel): Settling | null {
  const { definition, metric, evidence, moment, logLine, excluded } = guardrail;
  const settling = settlingOf(metric, level, moment) ?? null;
  if (settling !== 'undecided' || level.logE < logLine) return settling;
  const judging = { definition, excluded };
  const values = valuesOf(presentEvidence(metric, evidence, judging), judging);
  const limit = nonInferiorityMarginOf(definition, metric);
  const isHarmless =
    values !== undefined && probabilityOfHarmBelow(values, metric.goodDirection, limit) >= FADED_PROBABILITY;
  return isHarmless ? 'faded' : settling;
}

/** The probability of non-inferiority before any data. */
function believedBefore({ definition, metric }: GuardrailToAssess): number {
  return metric.kind === 'value'
    ? priorProbabilityOfHarmBelow(nonInferiorityMarginOf(definition, metric))
    : probabilityOfNonInferiority(definition, metric, priorOf(metric));
}

function slowAboveOf(usual: FlatSketch): number | null {
  const [slowBin] = quantileBins(usual, [0.95]) ?? [];
  return slowBin === undefined ? null : durationBinUpperMs(slowBin);
}

function needOf(
  { definition, metric, evidence, logLine, excluded }: GuardrailToAssess,
  totals: Totals,
  values: ValueEvidence | undefined,
) {
  if (metric.kind === 'value')
    return assessValueNeed(values, { harm: metric.margin, safety: nonInferiorityMarginOf(definition, metric) });
  const counted = countedSources(evidence, excluded);
  return assessNeed({ definition, metric, evidence, counted, monitor: representative(metric), totals, logLine });
}

function valuesOf(stretch: Stretch | GuardrailEvidence, { excluded }: Judging): ValueEvidence | undefined {
  return mergeValueEvidence(countedSources(stretch, excluded).map(({ monitors }) => monitors[0] as ValueEvidence));
}

function assessSegment({ segment, logE, totals }: ReturnType<typeof segmentLevels>[number]): SegmentAssessment {
  const expected = totals.xT - totals.excessEvents;
  return {
    segment,
    ...sidesOf(totals),
    ratio: expected > 0 ? totals.xT / expected : null,
    log10: logE / Math.LN10,
  };
}

/** Posterior of a guardrail's relative risk, turned so that larger is worse. */
export function harmPosterior(metric: MetricDefinition, likelihood: RiskLikelihood): RiskDistribution {
  // The grid is symmetric in ln r, so reading it backwards is reading 1/r.
  return riskPosterior(priorOf(metric), metric.goodDirection === 'lower' ? likelihood : [...likelihood].reverse());
}

function probabilityOfNonInferiority(
  definition: RolloutDefinition,
  metric: MetricDefinition,
  risk: readonly number[],
): number {
  const margin = nonInferiorityMarginOf(definition, metric);
  const worst = margin < 1 ? 1 / (1 - margin) : Number.POSITIVE_INFINITY;
  const limit = metric.goodDirection === 'lower' ? 1 + margin : worst;
  return probabilityBelow(RELATIVE_RISKS, risk, limit);
}

function isClean({ kind, goodDirection }: MetricDefinition, totals: Totals): boolean {
  return kind !== 'value' && goodDirection === 'lower' && totals.xT === 0 && totals.nT >= CLEAN_EXPOSURES;
}

function verdictOf(found: {
  readonly isFailed: boolean;
  readonly isSilent: boolean;
  readonly isNonInferior: boolean;
  readonly exposures: number;
}): Verdict {
  if (found.isFailed) return 'fail';
  if (found.isSilent || found.exposures === 0) return 'noData';
  return found.isNonInferior ? 'pass' : 'inconclusive';
}

function effectOf({ xT, xC }: Totals, likelihood: RiskLikelihood): EffectAssessment | null {
  if (xT + xC === 0) return null;
  const interval = confidenceSequence(RELATIVE_RISKS, likelihood, INTERVAL_ALPHA);
  return { ratio: mostLikelyRisk(RELATIVE_RISKS, likelihood), ...interval };
}

/** The difference of means as a ratio to control's mean, which turns the ends round where that mean is negative. */
function effectOfValue(values: ValueEvidence): EffectAssessment | null {
  const interval = valueInterval(values, { alpha: INTERVAL_ALPHA, sides: 2 });
  if (interval === undefined || interval.controlMean === 0) return null;
  const ratio = (difference: number) => 1 + difference / interval.controlMean;
  const ends = [ratio(interval.lower), ratio(interval.upper)];
  return { ratio: ratio(interval.difference), lower: Math.min(...ends), upper: Math.max(...ends) };
}

function meanOf(values: ValueEvidence | undefined, side: 'treatment' | 'control'): number | null {
  const sums = values?.totals[side];
  return sums === undefined || sums.n === 0 ? null : sums.sum / sums.n;
}

function sidesOf({ nT, nC, xT, xC }: Totals) {
  return { treatment: sideOf(nT, xT, EMPTY_SKETCH), control: sideOf(nC, xC, EMPTY_SKETCH) };
}

function sideOf(exposures: number, events: number, sketch: FlatSketch): SideSummary {
  const [p50, p95] = quantileBins(sketch, [0.5, 0.95]) ?? [];
  return {
    exposures,
    events,
    rate: exposures === 0 ? null : events / exposures,
    p50Ms: p50 === undefined ? null : durationBinMidMs(p50),
    p95Ms: p95 === undefined ? null : durationBinMidMs(p95),
    p95IntervalMs: quantileInterval(sketch, 0.95, INTERVAL_ALPHA) ?? null,
    mean: null,
  };
}
