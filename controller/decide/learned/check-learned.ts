import type { Reason } from '../../../domain/index.ts';
import type { Situation } from '../observation.ts';
import { shortNumber } from '../words.ts';
import type { LearnedAssessment } from './learned-assessment.ts';

/** What learned parts say of a rollout, by what it may lead to. */
export interface LearnedReasons {
  /** An alarm that the plan lets take the rollout back; a person's pause makes it a hold. */
  readonly rollback: readonly Reason[];
  readonly holds: readonly Reason[];
  /** What is to be known beside a decision, whichever it is. */
  readonly beside: readonly Reason[];
}

/** Looks at what the models made of each treatment; all empty where they have no say. */
export function checkLearned({ observation, assessment }: Situation): LearnedReasons {
  const { riskModel } = observation.rollout.definition;
  const learned = assessment.learned ?? [];
  const isHeard = riskModel === 'hold' || riskModel === 'rollback';
  const alarms = isHeard ? learned.filter(({ advice }) => advice === 'rollBack').map(alarm) : [];
  return {
    rollback: riskModel === 'rollback' ? alarms : [],
    holds: [
      ...(riskModel === 'hold' ? alarms : []),
      ...(isHeard ? learned.filter(({ advice }) => advice === 'hold').map(doubt) : []),
    ],
    beside: learned.flatMap((one) => [...fault(one), ...novelty(one)]),
  };
}

function alarm(assessed: LearnedAssessment): Reason {
  const [largest] = assessed.explanation?.contributions ?? [];
  const why = largest === undefined ? '' : `; most of it: ${largest.words}`;
  return {
    code: 'riskAlarm',
    message: `treatment "${assessed.treatment}" looks harmful to model ${assessed.risk}: ${scoreInWords(assessed)}${why}`,
    releasedBy: 'a score below the threshold again, or a person',
  };
}

/** What an alarm that may only hold is put down to. */
const DOUBTS: Readonly<Partial<Record<LearnedAssessment['reason'], string>>> = {
  dataFault: 'it is likelier a fault of the data',
  sharedIncident: 'it is likelier an incident of both sides',
  noValidEvidence: 'no guardrail with sound data supports it yet',
  doubtful: 'the model does not know rollouts like this one, or is too old to be believed',
};

function doubt(assessed: LearnedAssessment): Reason {
  const { treatment, risk, reason } = assessed;
  if (reason === 'uncertain') {
    return {
      code: 'riskUncertain',
      message: `the networks of model ${risk} disagree about treatment "${treatment}"`,
      releasedBy: 'more windows, until they agree',
    };
  }
  return {
    code: 'riskSuspicion',
    message: `treatment "${treatment}" looks harmful to model ${risk}, but ${DOUBTS[reason] ?? reason}: ${scoreInWords(assessed)}`,
    releasedBy: 'a score below the threshold again, or evidence of a guardrail',
  };
}

function scoreInWords({ score, threshold }: LearnedAssessment): string {
  const [now, line] = [score, threshold].map((value) => (value === null ? 'none' : shortNumber(value)));
  return `score ${now}, threshold ${line}`;
}

/** Sentences on what is missing of the model. */
const FAULTS: Readonly<Record<NonNullable<LearnedAssessment['fault']>, (risk: string | null) => string>> = {
  noModel: () => 'no risk model that this rollout could be judged by is at hand',
  switchedOff: (risk) => `model ${risk} gave no usable score three times in a row and is off for this rollout`,
  notCalibrated: (risk) => `model ${risk} was calibrated on too few rollouts with such traffic to alarm`,
};

function fault({ fault: found, isStale, risk }: LearnedAssessment): readonly Reason[] {
  if (found !== null) {
    return [
      {
        code: 'modelUnavailable',
        message: `${FAULTS[found](risk)}: the guardrails decide alone`,
        releasedBy: 'a model that can be asked',
      },
    ];
  }
  if (!isStale) return [];
  return [
    {
      code: 'modelStale',
      message: `model ${risk} is more than 30 days old: it may hold, and not roll back`,
      releasedBy: 'a newer model',
    },
  ];
}

function novelty({ isNovel, treatment, novelty: model, noveltyPValue }: LearnedAssessment): readonly Reason[] {
  if (!isNovel) return [];
  return [
    {
      code: 'novelRollout',
      message: `treatment "${treatment}" is like none that model ${model} knows (p = ${shortNumber(noveltyPValue ?? 0)}): steps at most double coverage, and the risk model may not roll back`,
    },
  ];
}
