import type { Vote } from './approval.ts';
import type { TimedWord } from './timed-word.ts';

/**
 * What becomes of the controller's decisions: they are applied; they are recorded and only said (`advise`); or there are
 * none (`off`), not even rollbacks.
 */
export type SteeringMode = 'off' | 'advise' | 'automatic';

/** A guardrail that no decision looks at for a while. */
export interface GuardrailOverride extends TimedWord {
  readonly metric: string;
}

/** What people have said about a generation of a rollout, beside its plan. */
export interface Steering {
  readonly mode: SteeringMode;
  /** Coverage stays where it is; guardrails stay armed. */
  readonly pin: TimedWord | null;
  readonly overrides: readonly GuardrailOverride[];
  /** What people think of passing checkpoints, of earlier generations too; absent: nobody has voted. */
  readonly votes?: readonly Vote[];
}

/** What applies where nobody has said anything. */
export const NO_STEERING: Steering = { mode: 'automatic', pin: null, overrides: [] };

/** What holds at a moment: whatever has ended by then is left out. */
export function steeringAt(steering: Steering | undefined, nowMs: number): Steering {
  const { mode, pin, overrides, votes } = steering ?? NO_STEERING;
  const holds = ({ untilMs }: TimedWord) => nowMs < untilMs;
  return {
    mode,
    pin: pin !== null && holds(pin) ? pin : null,
    overrides: overrides.filter(holds),
    ...(votes === undefined ? {} : { votes: votes.filter(holds) }),
  };
}
