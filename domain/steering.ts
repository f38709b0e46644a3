/**
 * What becomes of the controller's decisions: they are applied; they are recorded and only said (`advise`); or there are
 * none (`off`), not even rollbacks.
 */
export type SteeringMode = 'off' | 'advise' | 'automatic';

/** A person's word that holds until a time, with whom to ask about it. */
export interface TimedWord {
  readonly owner: string;
  readonly reason: string;
  /** Ends by itself then, ms since 1970 by the database's clock. */
  readonly untilMs: number;
}

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
}

/** What applies where nobody has said anything. */
export const NO_STEERING: Steering = { mode: 'automatic', pin: null, overrides: [] };

/** What holds at a moment: whatever has ended by then is left out. */
export function steeringAt(steering: Steering | undefined, nowMs: number): Steering {
  const { mode, pin, overrides } = steering ?? NO_STEERING;
  const holds = ({ untilMs }: TimedWord) => nowMs < untilMs;
  return { mode, pin: pin !== null && holds(pin) ? pin : null, overrides: overrides.filter(holds) };
}
