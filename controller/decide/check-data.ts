import type { Reason } from '../../domain/index.ts';
import { isHeard } from './is-heard.ts';
import type { Situation } from './observation.ts';
import { sidesShortOfUnits } from './patience.ts';
import { staleAfterMs } from './silence.ts';
import { countsUnits } from './stage-evidence.ts';
import { coverageInWords, percent, span } from './words.ts';

/** Reasons to wait because too little, too old or no data is there; empty when there are none. */
export function checkData(situation: Situation): readonly Reason[] {
  return [
    ...noClosedWindow(situation),
    ...staleData(situation),
    ...noData(situation),
    ...missingReports(situation),
    ...lateData(situation),
    ...clockSkew(situation),
    ...tooFewExposures(situation),
  ];
}

function noClosedWindow({ observation, evidence }: Situation): readonly Reason[] {
  if (evidence.stage.windowCount > 0) return [];
  const coverage = coverageInWords(observation.rollout.state.coverage);
  return [
    {
      code: 'noClosedWindow',
      message: `no window has closed since coverage became ${coverage}`,
      releasedBy: 'the first closed window at this coverage',
    },
  ];
}

function staleData({ observation, evidence }: Situation): readonly Reason[] {
  const { nowMs, rollout } = observation;
  if (evidence.newestEndMs === null) return [];
  const ageMs = nowMs - evidence.newestEndMs;
  const limitMs = staleAfterMs(rollout.definition);
  if (ageMs <= limitMs) return [];
  return [
    {
      code: 'staleData',
      message: `the newest closed window ended ${span(ageMs)} ago; older than ${span(limitMs)} says nothing about now`,
      releasedBy: 'reports of newer windows',
    },
  ];
}

/** Control's silence holds whatever the policy: there is nothing to compare with, but the treatment is not to blame. */
function noData({ observation, assessment }: Situation): readonly Reason[] {
  const { definition } = observation.rollout;
  return assessment.treatments.flatMap(({ treatment, guardrails }) =>
    guardrails
      .filter(isHeard)
      .filter(({ metric, silentSides }) => {
        const policy = definition.metrics.find((candidate) => candidate.metric === metric)?.noData;
        return policy !== 'ignore' && silentSides.length > 0;
      })
      .map(({ metric, silentSides }) => {
        const sides = silentSides.map((side) =>
          side === 'treatment' ? `treatment "${treatment}"` : `control "${definition.control}"`,
        );
        return {
          code: 'noData',
          message: `${metric}: nothing was heard from ${sides.join(' and ')} for longer than the grace period`,
          releasedBy: `a closed window with ${metric} from ${sides.join(' and ')}`,
        };
      }),
  );
}

/** Less than the usual share of reports would let the silent part of the fleet go unjudged. */
const MAX_MISSING_SHARE = 0.3;
const MAX_LATE_SHARE = 0.1;

/** Beyond this a source's windows no longer mean the time in which its units were seen. */
const MAX_CLOCK_SKEW_MS = 60_000;

function missingReports({ assessment }: Situation): readonly Reason[] {
  const { missingShare } = assessment.reporting;
  if (missingShare <= MAX_MISSING_SHARE) return [];
  return [
    {
      code: 'missingReports',
      message: `${percent(missingShare)} of the usual reports are missing in the newest windows: part of the fleet is not heard`,
      releasedBy: 'the missing processes reporting again, or ten minutes in which fewer are usual',
    },
  ];
}

function lateData({ assessment }: Situation): readonly Reason[] {
  const { lateShare } = assessment.reporting;
  if (lateShare <= MAX_LATE_SHARE) return [];
  return [
    {
      code: 'lateData',
      message: `${percent(lateShare)} of the newest reports came after their window had closed, so they do not count`,
      releasedBy: 'reports in time: look at the sources, their network and their clocks',
    },
  ];
}

function clockSkew({ assessment }: Situation): readonly Reason[] {
  const skew = assessment.reporting.clockSkew;
  if (skew === null || skew.ms <= MAX_CLOCK_SKEW_MS) return [];
  return [
    {
      code: 'clockSkew',
      message: `the clock of source "${skew.source}" is ${span(skew.ms)} off, so its windows are not of the time that they say`,
      releasedBy: 'a clock that is right, or the quarantine of that source',
    },
  ];
}

function tooFewExposures(situation: Situation): readonly Reason[] {
  const { definition, state } = situation.observation.rollout;
  const unit = countsUnits(definition) ? 'units' : 'requests';
  return sidesShortOfUnits(situation)
    .filter(({ isExcused }) => !isExcused)
    .map(({ variant, units }) => ({
      code: 'tooFewExposures',
      message: `"${variant}" was seen by ${units} of the ${definition.minExposures} ${unit} needed at ${coverageInWords(state.coverage)} coverage`,
      releasedBy: `${definition.minExposures - units} more ${unit} of "${variant}"`,
    }));
}
