import { type Decision, type Reason, type Steering, steeringAt, type TimedWord } from '../../domain/index.ts';
import type { Situation } from './observation.ts';
import { coverageInWords, span } from './words.ts';

/** What people have said and still holds. */
export function steeringOf({ observation }: Pick<Situation, 'observation'>): Steering {
  return steeringAt(observation.rollout.state.steering, observation.nowMs);
}

/** The reason to hold because a person pinned the coverage; empty when nobody did, or the pin has ended. */
export function checkPin(situation: Situation): readonly Reason[] {
  const { pin } = steeringOf(situation);
  if (pin === null) return [];
  const coverage = coverageInWords(situation.observation.rollout.state.coverage);
  return [
    {
      code: 'pinned',
      message: `${pin.owner} pinned coverage to ${coverage}${because(pin)}; guardrails stay armed`,
      releasedBy: `unpin, or ${left(situation, pin)} more`,
    },
  ];
}

/** What is to be known beside a decision: guardrails that it did not look at. */
export function overrideReasons(situation: Situation): readonly Reason[] {
  return steeringOf(situation).overrides.map((override) => ({
    code: 'guardrailOverridden',
    message: `${override.metric}: ${override.owner} has it ignored for ${left(situation, override)} more${because(override)}`,
    releasedBy: `restore, or ${left(situation, override)} more`,
  }));
}

/** The decision as far as people leave it to the controller. */
export function withinMode(situation: Situation, decision: Decision): Decision {
  const { coverage } = situation.observation.rollout.state;
  switch (steeringOf(situation).mode) {
    case 'automatic':
      return decision;
    case 'off': {
      const message = 'a person switched automation off: nothing is done by itself, not even a rollback';
      const off: Reason = { code: 'modeOff', message, releasedBy: 'mode automatic or advise' };
      return { action: 'hold', coverage, reasons: [off] };
    }
    case 'advise': {
      const { action, coverage: advised, reasons } = decision;
      if (action === 'hold' && decision.allocation === undefined) return decision;
      const message = `a person wants advice only; by itself it would ${ADVICE[action]} ${coverageInWords(advised)}`;
      const advise: Reason = { code: 'adviseOnly', message, releasedBy: 'mode automatic, or a person who does it' };
      return { action: 'hold', coverage, reasons: [advise, ...reasons], advice: { action, coverage: advised } };
    }
  }
}

const ADVICE: Readonly<Record<Decision['action'], string>> = {
  hold: 'withdraw a treatment and hold at',
  ramp: 'ramp to',
  stepBack: 'step back to',
  rollback: 'roll back to',
  complete: 'complete at',
};

function because({ reason }: TimedWord): string {
  return reason === '' ? '' : ` (${reason})`;
}

function left({ observation }: Situation, { untilMs }: TimedWord): string {
  return span(untilMs - observation.nowMs);
}
