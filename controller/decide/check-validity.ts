import { allocationAt, intendedShares, type Reason, SHARE_TOTAL } from '../../domain/index.ts';
import { checkSettling } from './check-settling.ts';
import { steeringOf } from './check-steering.ts';
import { CALM_WINDOWS } from './control-evidence.ts';
import type { TreatmentAssessment } from './health-assessment.ts';
import type { Situation } from './observation.ts';
import { percent, powerOfTen } from './words.ts';

/** Reasons to distrust the comparison because units are not divided as intended; empty when there are none. */
export function checkSampleRatio({ observation, assessment }: Situation): readonly Reason[] {
  const { definition, state } = observation.rollout;
  const { mismatchAtMs, log10, lineLog10 } = assessment.sampleRatio;
  if (mismatchAtMs === null) return [];
  const { control } = intendedShares(allocationAt(definition, state.coverage, state.admission));
  const total = Object.values(assessment.units).reduce((sum, units) => sum + units, 0);
  const seen = total === 0 ? 'none' : percent(assessment.units[definition.control]! / total);
  return [
    {
      code: 'sampleRatioMismatch',
      message: `units are not divided as intended: control has ${seen} of them at this coverage and should have ${percent(control / SHARE_TOTAL)}; evidence ${powerOfTen(log10)}, line ${powerOfTen(lineLog10)}, first passed at ${new Date(mismatchAtMs).toISOString()}`,
      releasedBy: 'a person: find out why, then roll back and start again, or complete by hand',
    },
  ];
}

/** Reasons to wait because control is in trouble too; empty when there are none. */
export function checkSharedIncident(situation: Situation): readonly Reason[] {
  const { observation, assessment } = situation;
  const { metrics } = observation.rollout.definition;
  const ignored = steeringOf(situation).overrides.map(({ metric }) => metric);
  const incidents = assessment.incidents.filter(({ metric }) => !ignored.includes(metric));
  return incidents.map(({ metric, sinceMs, newestRate, usualRate }) => {
    const isDuration = metrics.find((candidate) => candidate.metric === metric)?.kind === 'duration';
    const what = isDuration ? 'of control is slow' : 'of control has an event';
    return {
      code: 'sharedIncident',
      message: `${metric}: control is in trouble too since ${new Date(sinceMs).toISOString()}, so it is not the rollout: ${percent(newestRate)} ${what} now, usually ${percent(usualRate)}`,
      releasedBy: `${CALM_WINDOWS} windows in a row in which control is back to usual`,
    };
  });
}

/** Harm is suspected from half of the line's exponent on, but not before the data are ten times as likely under harm. */
const SUSPECTED_SHARE = 0.5;
const SUSPECTED_LOG10 = 1;

/** Reasons to wait because harm is suspected: not enough to take the rollout back, too much to go on; empty when calm. */
export function checkSuspicion({ observation, evidence, assessment }: Situation): readonly Reason[] {
  return assessment.treatments
    .filter(({ nowLog10, combined }) => nowLog10 >= Math.max(SUSPECTED_LOG10, SUSPECTED_SHARE * combined.lineLog10))
    .flatMap((assessed) => {
      const settling = checkSettling(observation.rollout.definition, evidence.stage, assessed);
      return settling.length > 0 ? settling : [suspected(assessed)];
    });
}

function suspected({ treatment, nowLog10, combined }: TreatmentAssessment): Reason {
  return {
    code: 'suspectedHarm',
    message: `treatment "${treatment}" may do harm: evidence ${powerOfTen(nowLog10)} is well on its way to the line ${powerOfTen(combined.lineLog10)}`,
    releasedBy: 'more windows: evidence falls again if it was chance',
  };
}
