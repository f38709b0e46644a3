import type { MonitorEvidence } from './guardrail-monitors.ts';

/** Exposures n and events x of both sides; of a value, units and units that are not 0. For people: no test pools. */
export interface Totals {
  readonly nT: number;
  readonly nC: number;
  readonly xT: number;
  readonly xC: number;
  /** Events of the treatment beyond what control's rate in the same windows would give; 0 for a value. */
  readonly excessEvents: number;
}

const NOTHING: Totals = { nT: 0, nC: 0, xT: 0, xC: 0, excessEvents: 0 };

/** Totals of several states together. */
export function totalsOf(states: readonly MonitorEvidence[]): Totals {
  const [first, ...others] = states;
  return others.reduce(
    (sum, state) => added(sum, totalsOfOne(state)),
    first === undefined ? NOTHING : totalsOfOne(first),
  );
}

function added(sum: Totals, { nT, nC, xT, xC, excessEvents }: Totals): Totals {
  return {
    nT: sum.nT + nT,
    nC: sum.nC + nC,
    xT: sum.xT + xT,
    xC: sum.xC + xC,
    excessEvents: sum.excessEvents + excessEvents,
  };
}

function totalsOfOne(evidence: MonitorEvidence): Totals {
  if ('excessEvents' in evidence) {
    const { nT, nC, xT, xC } = evidence.totals;
    return { nT, nC, xT, xC, excessEvents: evidence.excessEvents };
  }
  const { treatment, control } = evidence.totals;
  return { nT: treatment.n, nC: control.n, xT: treatment.nonZero ?? 0, xC: control.nonZero ?? 0, excessEvents: 0 };
}
