import type { MetricDefinition, Reason } from '../../domain/index.ts';
import type { GuardrailAssessment, SideSummary, TreatmentAssessment } from './health-assessment.ts';
import { isHeard } from './is-heard.ts';
import type { Situation } from './observation.ts';
import { percent, powerOfTen, shortNumber } from './words.ts';

/**
 * Reasons to take the rollout back because a treatment does harm; empty when there are none.
 *
 * Looks at nothing but evidence: not at age, sample size, phase or plan, because harm is no less harm for them. A guardrail
 * that a person has ignored is none for that time.
 */
export function checkGuardrails(situation: Situation): readonly Reason[] {
  return harmfulTreatments(situation).flatMap(({ reasons }) => reasons);
}

/** A treatment that does harm, and how that is known. */
export interface HarmfulTreatment {
  readonly treatment: string;
  readonly reasons: readonly Reason[];
}

/** The same, treatment by treatment. */
export function harmfulTreatments({ observation, assessment }: Situation): readonly HarmfulTreatment[] {
  const { metrics } = observation.rollout.definition;
  const heard = assessment.treatments.map((treatment) => ({
    ...treatment,
    guardrails: treatment.guardrails.filter(isHeard),
  }));
  return heard
    .map((treatment) => ({
      treatment: treatment.treatment,
      reasons: [...breaches(treatment, metrics), ...catastrophes(treatment), ...silences(treatment, metrics)],
    }))
    .filter(({ reasons }) => reasons.length > 0);
}

function breaches(
  { treatment, combined, guardrails }: TreatmentAssessment,
  metrics: readonly MetricDefinition[],
): readonly Reason[] {
  if (combined.log10 < combined.lineLog10) return [];
  const level = `evidence ${powerOfTen(combined.log10)} has passed the line ${powerOfTen(combined.lineLog10)}`;
  return guardrails
    .filter(({ verdict }) => verdict === 'fail')
    .map((guardrail) => {
      const metric = metrics.find((candidate) => candidate.metric === guardrail.metric)!;
      return {
        code: 'guardrailBreach',
        message: `${guardrail.metric}: ${guardrailInWords(treatment, guardrail, metric)}; ${level}`,
      };
    });
}

function catastrophes({ treatment, burnIn, guardrails }: TreatmentAssessment): readonly Reason[] {
  if (burnIn.log10 < burnIn.lineLog10) return [];
  const found = guardrails.flatMap(({ metric, burnIn: sides }) =>
    sides === null
      ? []
      : [`${metric} of ${shareIn(sides.treatment)} of units against ${shareIn(sides.control)} in control`],
  );
  const level = `evidence ${powerOfTen(burnIn.log10)} has passed the line ${powerOfTen(burnIn.lineLog10)}`;
  return [
    {
      code: 'catastropheInBurnIn',
      message: `treatment "${treatment}" fails far too often for burn-in to explain: ${found.join(', ')}; ${level}`,
    },
  ];
}

function silences(
  { treatment, guardrails }: TreatmentAssessment,
  metrics: readonly MetricDefinition[],
): readonly Reason[] {
  return metrics
    .filter(({ metric, noData }) => {
      const guardrail = guardrails.find((candidate) => candidate.metric === metric);
      return noData === 'fail' && guardrail?.silentSides.includes('treatment') === true;
    })
    .map(({ metric }) => ({
      code: 'noDataFailure',
      message: `${metric}: nothing was heard from treatment "${treatment}" for longer than the grace period, and silence of this metric counts as failure`,
    }));
}

/** What a guardrail shows of a treatment against control, its effect with its interval, and the worst segment. */
export function guardrailInWords(treatment: string, guardrail: GuardrailAssessment, metric: MetricDefinition): string {
  return `${comparison(treatment, guardrail, metric)}${effectOf(guardrail)}${worstSegment(guardrail)}`;
}

function comparison(treatment: string, guardrail: GuardrailAssessment, metric: MetricDefinition): string {
  const [seen, usual] = [shareIn(guardrail.treatment), shareIn(guardrail.control)];
  if (metric.kind === 'value') {
    const mean = ({ mean: value }: SideSummary) => (value === null ? 'none' : shortNumber(value));
    return `treatment "${treatment}" has a mean of ${mean(guardrail.treatment)} against ${mean(guardrail.control)} in control`;
  }
  if (metric.kind === 'duration') {
    const slow = guardrail.slowAboveMs === null ? '' : ` of ${shortNumber(guardrail.slowAboveMs)} ms`;
    return `${seen} of the units of treatment "${treatment}" are slower than control's p95${slow}, against ${usual} in control`;
  }
  const verb = metric.goodDirection === 'lower' ? 'fails' : 'reaches only';
  return `treatment "${treatment}" ${verb} ${seen} of units against ${usual} in control`;
}

function effectOf({ effect }: GuardrailAssessment): string {
  if (effect === null) return '';
  return ` (×${shortNumber(effect.ratio)}, 95 % interval ${shortNumber(effect.lower)} to ${shortNumber(effect.upper)})`;
}

/** A segment is named when it speaks louder against the treatment than the whole does. */
function worstSegment({ segments, evidence }: GuardrailAssessment): string {
  const [worst] = [...segments].sort((a, b) => b.log10 - a.log10);
  if (worst === undefined || worst.log10 <= evidence.log10 || worst.ratio === null) return '';
  return `, worst where ${worst.segment}: ×${shortNumber(worst.ratio)} (${shareIn(worst.treatment)} against ${shareIn(worst.control)})`;
}

function shareIn({ rate }: SideSummary): string {
  return rate === null ? 'none' : percent(rate);
}
