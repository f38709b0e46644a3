import { allocationAt, intendedShares, type Reason } from '../../domain/index.ts';
import type { Situation } from './observation.ts';
import { staleAfterMs } from './silence.ts';
import { coverageInWords, span } from './words.ts';

/** Reasons to wait because too little, too old or no data is there; empty when there are none. */
export function checkData(situation: Situation): readonly Reason[] {
  return [...noClosedWindow(situation), ...staleData(situation), ...noData(situation), ...tooFewExposures(situation)];
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

function tooFewExposures({ observation, assessment }: Situation): readonly Reason[] {
  const { definition, state } = observation.rollout;
  const intended = intendedShares(allocationAt(definition, state.coverage));
  const wanted = [
    ...definition.treatments.map(({ variant }, index) => ({ variant, share: intended.treatments[index]! })),
    { variant: definition.control, share: intended.control },
  ];
  return wanted
    .filter(({ variant, share }) => share > 0 && assessment.units[variant]! < definition.minExposures)
    .map(({ variant }) => ({
      code: 'tooFewExposures',
      message: `"${variant}" was seen by ${assessment.units[variant]} of the ${definition.minExposures} units needed at ${coverageInWords(state.coverage)} coverage`,
      releasedBy: `${definition.minExposures - assessment.units[variant]!} more units of "${variant}"`,
    }));
}
