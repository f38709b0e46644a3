import type { Measured } from './gate-evidence.ts';

/** What became of a check; `notApplicable` is for what cannot be asked here, `notMeasured` for what nobody has looked at. */
export type CheckOutcome = 'passed' | 'failed' | 'notMeasured' | 'notApplicable';

/** A named check with the numbers that it looked at. */
export interface GateCheck {
  readonly check: string;
  readonly outcome: CheckOutcome;
  readonly message: string;
}

/** A check that is passed or not; NaN passes nothing, because every comparison with it is false. */
export function check(name: string, isPassed: boolean, message: string): GateCheck {
  return { check: name, outcome: isPassed ? 'passed' : 'failed', message };
}

/** A check that nobody has looked at. */
export function notMeasured(name: string): GateCheck {
  return { check: name, outcome: 'notMeasured', message: 'nobody has measured it' };
}

/** Passed up to a limit; what is optional and missing is no failure. */
export function atMost(
  name: string,
  found: number | null,
  limit: number,
  { isOptional = false }: { readonly isOptional?: boolean } = {},
): GateCheck {
  if (found === null && isOptional)
    return { check: name, outcome: 'notApplicable', message: 'there is nothing to compare' };
  return found === null ? notMeasured(name) : check(name, found <= limit, `${short(found)}, at most ${limit}`);
}

/** Passed below a limit. */
export function below(name: string, found: number | null, limit: number): GateCheck {
  return found === null ? notMeasured(name) : check(name, found < limit, `${short(found)}, below ${limit}`);
}

/** Passed from a limit on. */
export function atLeast(name: string, found: number | null, limit: number): GateCheck {
  return found === null ? notMeasured(name) : check(name, found >= limit, `${short(found)}, at least ${limit}`);
}

/** Whether a check keeps a model where it is. */
export function standsInTheWay({ outcome }: GateCheck): boolean {
  return outcome === 'failed' || outcome === 'notMeasured';
}

/** A number with four digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A number with its interval. */
export function inWords({ value, lower, upper }: Measured): string {
  return `${short(value)} [${short(lower)}, ${short(upper)}]`;
}
