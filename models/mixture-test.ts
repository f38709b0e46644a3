/** Exposures n and events x of one window, in treatment (T) and control (C): integers ≥ 0, events at most exposures. */
export interface WindowCounts {
  readonly nT: number;
  readonly nC: number;
  readonly xT: number;
  readonly xC: number;
}

/** The counts that are in the first and not in the second, which is part of it. */
export function subtractCounts(all: WindowCounts, part: WindowCounts): WindowCounts {
  return { nT: all.nT - part.nT, nC: all.nC - part.nC, xT: all.xT - part.xT, xC: all.xC - part.xC };
}

/**
 * A test of the relative risk r of treatment against control: is it as harmless as `r0`, or one of the alternatives?
 *
 * All of it is fixed before the first window: choosing it after looking would void the guarantee.
 */
export interface MixtureTest {
  /** The largest harmless relative risk. */
  readonly r0: number;
  /** Alternatives r_k, all on the harmful side of r0. */
  readonly r: readonly number[];
  /** Prior masses π_k of the alternatives; they sum to 1. */
  readonly pi: readonly number[];
  /** Tempering exponent η in (0, 1]: 1 for independent events, less where one unit shows up in many windows. */
  readonly eta: number;
}

/**
 * Log-likelihood ratio of each alternative against r0 in one window, given the window's total events.
 *
 * `rho` is the treatment's share of the window's exposures, in (0, 1). With D(r) = 1 − ρ + ρ r it is
 * x_T ln(r_k/r0) − x ln(D(r_k)/D(r0)), times η: the unknown base rate has cancelled (Przyborowski & Wilenski 1940).
 */
export function logRatiosOfWindow(test: MixtureTest, rho: number, xT: number, xC: number): readonly number[] {
  const { r0, eta } = test;
  const d0 = 1 - rho + rho * r0;
  return test.r.map((rk) => eta * (xT * Math.log(rk / r0) - (xT + xC) * Math.log1p((rho * (rk - r0)) / d0)));
}

/** Points of the grid that is geometric in the excess e_k, from 0.05 to 19. */
const EXCESS_POINTS = 16;
const EXCESS_FROM = 0.05;
const EXCESS_TO = 19;

/** Alternatives and masses for the usual margin of a tenth: they lie where regressions of services lie. */
const SHIPPED_MARGIN = 0.1;
const SHIPPED_R = [1.25, 1.5, 2, 3, 5, 10];
const SHIPPED_PI = [0.2, 0.25, 0.25, 0.15, 0.1, 0.05];

/** What a harm test needs to know about its metric. */
export interface HarmTestOptions {
  readonly goodDirection: 'lower' | 'higher';
  /** Largest relative worsening that counts as harmless, in [0, 1). */
  readonly margin: number;
  readonly eta: number;
}

/** The test of harm for a metric: more events than r0 = 1 + margin allows, or fewer than r0 = 1 − margin where events are good. */
export function harmTest({ goodDirection, margin, eta }: HarmTestOptions): MixtureTest {
  if (goodDirection === 'higher') return excessTest(1 - margin, 'below', eta);
  if (margin === SHIPPED_MARGIN) return { r0: 1 + margin, r: SHIPPED_R, pi: SHIPPED_PI, eta };
  return leaningOnShipped(excessTest(1 + margin, 'above', eta));
}

/**
 * The same alternatives with half of the mass spread evenly, and half on those next to the shipped ones.
 *
 * Large effects and small ones are found as before but for ln 2; those of a quarter to ten times cost less evidence.
 */
function leaningOnShipped(test: MixtureTest): MixtureTest {
  const logExcess = test.r.map((r) => Math.log(r / test.r0 - 1));
  const pi = test.pi.map((mass) => mass / 2);
  for (const [k, r] of SHIPPED_R.entries()) {
    const distances = logExcess.map((each) => Math.abs(each - Math.log(r - 1)));
    pi[distances.indexOf(Math.min(...distances))]! += SHIPPED_PI[k]! / 2;
  }
  return { ...test, pi };
}

/** The test whose alternatives lie above or below r0 > 0 on the excess grid, with equal masses. */
export function excessTest(r0: number, side: 'above' | 'below', eta: number): MixtureTest {
  const stretch = Math.log(EXCESS_TO / EXCESS_FROM) / (EXCESS_POINTS - 1);
  const factors = Array.from({ length: EXCESS_POINTS }, (_, k) => 1 + EXCESS_FROM * Math.exp(k * stretch));
  return {
    r0,
    r: factors.map((factor) => (side === 'above' ? r0 * factor : r0 / factor)),
    pi: factors.map(() => 1 / EXCESS_POINTS),
    eta,
  };
}
