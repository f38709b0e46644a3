/** A window's deviation from what the null expects, and its variance if events were independent. */
export interface WindowDeviation {
  readonly d: number;
  readonly v: number;
}

/** Sums over windows of d, v and their products; plain JSON. */
export interface DeviationSpread {
  readonly d: number;
  readonly v: number;
  readonly dd: number;
  readonly dv: number;
  readonly vv: number;
}

/** The sums before the first window. */
export function noSpread(): DeviationSpread {
  return { d: 0, v: 0, dd: 0, dv: 0, vv: 0 };
}

/** Adds one window. */
export function addDeviation(spread: DeviationSpread, { d, v }: WindowDeviation): DeviationSpread {
  return {
    d: spread.d + d,
    v: spread.v + v,
    dd: spread.dd + d * d,
    dv: spread.dv + d * v,
    vv: spread.vv + v * v,
  };
}

/** The sums of the windows that are in the first and not in the second, which is part of it. */
export function subtractSpread(all: DeviationSpread, part: DeviationSpread): DeviationSpread {
  return { d: all.d - part.d, v: all.v - part.v, dd: all.dd - part.dd, dv: all.dv - part.dv, vv: all.vv - part.vv };
}

/** The historic dispersion counts as much as this many windows full of events. */
const HISTORY_WINDOWS = 20;

/**
 * φ for the next window, from the windows so far and never below the historic one.
 *
 * Pearson's estimate Σ(d − c v)²/Σv, in which each window counts by its v, because V is made of them; c = Σd/Σv takes a
 * constant effect out, lest harm pass for dispersion. That is worth ν = (Σv)²/Σv² equal windows. Windows of few events
 * say less: with the fourth cumulant of events in bursts of φ (compound Poisson), the square of the estimate's relative
 * error is 2/ν + φ/Σv, which is that of `worth` normal windows. History is weighed against these.
 */
export function predictedDispersion({ d, v, dd, dv, vv }: DeviationSpread, historic: number): number {
  if (v === 0) return historic;
  const c = d / v;
  const residual = Math.max(0, dd - 2 * c * dv + c * c * vv);
  const windows = (v * v) / vv;
  const worth = 1 / (1 / windows + historic / (2 * v));
  const freedom = worth * (1 - 1 / windows);
  return Math.max(historic, ((worth * residual) / v + HISTORY_WINDOWS * historic) / (freedom + HISTORY_WINDOWS));
}
