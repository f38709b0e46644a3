import type { MetricDefinition, RolloutDefinition } from '../../domain/index.ts';
import {
  exposuresNeeded,
  likelihoodAt,
  mostLikelyRisk,
  type RateEvidence,
  RELATIVE_RISKS,
  safetyTest,
  unitsNeeded,
  type ValueEvidence,
} from '../../models/index.ts';
import type { GuardrailEvidence, SourceEvidence } from './guardrail-evidence.ts';
import { etaOf, monitorsOf } from './guardrail-monitors.ts';
import type { NeedAssessment } from './health-assessment.ts';
import type { Totals } from './totals.ts';

/** Error with which "safe" is said to people. */
const SAFETY_ALPHA = 0.05;

/** What the need of a guardrail is worked out from. */
export interface GuardrailInNeed {
  readonly definition: Pick<RolloutDefinition, 'alpha' | 'nonInferiorityMargin'>;
  readonly metric: MetricDefinition;
  readonly evidence: GuardrailEvidence;
  readonly counted: readonly SourceEvidence[];
  /** Index of the monitor that stands for the guardrail. */
  readonly monitor: number;
  readonly totals: Totals;
  /** ln of the e-value from which this guardrail would decide alone. */
  readonly logLine: number;
}

/** What a need is told in; the rate is filled in by those who know the time. */
export type DataNeed = Omit<NeedAssessment, 'exposuresPerHour'>;

/** How much more data a verdict on a rate or duration needs; null while nothing is known of its base rate. */
export function assessNeed(guardrail: GuardrailInNeed): DataNeed | null {
  const { definition, metric, evidence, counted, monitor, totals, logLine } = guardrail;
  const { nT, nC, xT, xC } = totals;
  if (nT === 0 || nC === 0 || xT + xC === 0) return null;
  const harm = monitorsOf(metric, definition.alpha)[monitor]!;
  if (harm.kind !== 'exact') return null;
  const states = counted.map(({ monitors }) => monitors[monitor] as RateEvidence);
  const logRatios = harm.test.r.map((_, k) => states.reduce((sum, state) => sum + state.logRatios[k]!, 0));
  const safety = safetyTest({ ...metric, margin: safetyMargin(definition, metric), eta: etaOf(metric) });
  const atNull = likelihoodAt(RELATIVE_RISKS, evidence.likelihood, safety.r0);
  const safeRatios = safety.r.map((r) => likelihoodAt(RELATIVE_RISKS, evidence.likelihood, r) - atNull);
  const ahead = { rho: nT / (nT + nC), baseRate: (xC + 0.5) / (nC + 1) };
  const r = mostLikelyRisk(RELATIVE_RISKS, evidence.likelihood);
  return {
    toHarm: finite(exposuresNeeded(harm.test, { logRatios }, logLine, { ...ahead, r })),
    toSafety: finite(exposuresNeeded(safety, { logRatios: safeRatios }, -Math.log(SAFETY_ALPHA), { ...ahead, r: 1 })),
  };
}

/** The same for a value: until its interval is as narrow as the margins that it is judged by. */
export function assessValueNeed(
  values: ValueEvidence | undefined,
  margins: { readonly harm: number; readonly safety: number },
): DataNeed | null {
  if (values === undefined || values.weight === 0) return null;
  const { treatment, control } = values.totals;
  const rho = treatment.n / (treatment.n + control.n);
  const mean = Math.abs(values.controlMean / values.weight);
  const units = (margin: number) =>
    margin * mean === 0
      ? null
      : finite(unitsNeeded(values, { halfWidth: margin * mean, alpha: SAFETY_ALPHA, sides: 1, rho }));
  return { toHarm: units(margins.harm), toSafety: units(margins.safety) };
}

/** The harm that safety has to exclude; where fewer is worse a margin of 1 or more could never be excluded. */
function safetyMargin({ nonInferiorityMargin }: GuardrailInNeed['definition'], { goodDirection }: MetricDefinition) {
  return goodDirection === 'lower' ? nonInferiorityMargin : Math.min(nonInferiorityMargin, 0.99);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? Math.ceil(value) : null;
}
