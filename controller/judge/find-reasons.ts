import type { Reason } from '../../domain/index.ts';
import { NON_INFERIOR_PROBABILITY } from '../decide/assess-guardrail.ts';
import { checkData } from '../decide/check-data.ts';
import { checkGuardrails } from '../decide/check-guardrails.ts';
import { checkSampleRatio, checkSharedIncident } from '../decide/check-validity.ts';
import type { GuardrailAssessment, Verdict } from '../decide/index.ts';
import type { Situation } from '../decide/observation.ts';
import { percent, shortNumber, span } from '../decide/words.ts';
import type { JudgePlan } from './judge-plan.ts';

/** A verdict on all treatments together, with what keeps it from being `pass`. */
export interface ReasonedVerdict {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

/** The verdict by the gates of a decision, in their order: harm, missing data, and whatever leaves a doubt. */
export function findReasons(plan: JudgePlan, situation: Situation): ReasonedVerdict {
  const harm = checkGuardrails(situation);
  if (harm.length > 0) return { verdict: 'fail', reasons: harm };
  const missing = [...silences(situation), ...nothingCompared(plan, situation)];
  const doubts = [
    ...tooFewExposures(plan, situation),
    ...(plan.shares === null ? [] : checkSampleRatio(situation)),
    ...checkSharedIncident(situation),
    ...notYetNonInferior(plan, situation),
  ];
  const verdict = missing.length > 0 ? 'noData' : doubts.length > 0 ? 'inconclusive' : 'pass';
  return { verdict, reasons: [...missing, ...doubts] };
}

/** Of the data gates, those that do not speak of the coverage of a rollout. */
function silences(situation: Situation): readonly Reason[] {
  return checkData(situation).filter(({ code }) => code === 'staleData' || code === 'noData');
}

/** Metrics of which no window could be compared, silence aside; a treatment needs one that could, whatever the policies. */
function nothingCompared(plan: JudgePlan, { assessment }: Situation): readonly Reason[] {
  return assessment.treatments.flatMap(({ treatment, guardrails }) => {
    const isBlind = guardrails.every(({ verdict }) => verdict === 'noData');
    return guardrails
      .filter(({ verdict }) => verdict === 'noData')
      .filter((guardrail) => (isIgnored(guardrail, plan) ? isBlind : guardrail.silentSides.length === 0))
      .map(({ metric, kind }) => ({
        code: 'noData',
        message: `${metric}: no window compares treatment "${treatment}" with control "${plan.control}"${kind === 'duration' ? '; durations are compared from the second window of control on' : ''}`,
        releasedBy: `windows in which both have ${metric}`,
      }));
  });
}

function isIgnored({ metric }: Pick<GuardrailAssessment, 'metric'>, { metrics }: JudgePlan): boolean {
  return metrics.find((candidate) => candidate.metric === metric)?.noData === 'ignore';
}

function tooFewExposures(plan: JudgePlan, { assessment }: Situation): readonly Reason[] {
  const { minExposures, counts } = plan;
  return [plan.control, ...plan.treatments]
    .map((variant) => ({ variant, seen: assessment.units[variant]! }))
    .filter(({ seen }) => seen < minExposures)
    .map(({ variant, seen }) => ({
      code: 'tooFewExposures',
      message: `"${variant}" was seen by ${seen} of the ${minExposures} ${counts} needed`,
      releasedBy: `${minExposures - seen} more ${counts} of "${variant}"`,
    }));
}

function notYetNonInferior({ nonInferiorityMargin }: JudgePlan, { assessment }: Situation): readonly Reason[] {
  return assessment.treatments.flatMap(({ treatment, guardrails }) =>
    guardrails
      .filter(({ verdict }) => verdict === 'inconclusive')
      .map((guardrail) => ({
        code: 'notYetNonInferior',
        message: `${guardrail.metric}: that treatment "${treatment}" is less than ${percent(nonInferiorityMargin)} worse is only ${percent(guardrail.nonInferiorProbability)} probable, and a pass needs ${percent(NON_INFERIOR_PROBABILITY)}`,
        releasedBy: needInWords(guardrail),
      })),
  );
}

function needInWords({ metric, need }: GuardrailAssessment): string {
  if (need === null || need.toSafety === null || need.exposuresPerHour === 0) return `more evidence on ${metric}`;
  const ms = (need.toSafety / need.exposuresPerHour) * 3_600_000;
  return `about ${shortNumber(need.toSafety)} more exposures, ${span(ms)} at the traffic so far, if it is as good as control`;
}
