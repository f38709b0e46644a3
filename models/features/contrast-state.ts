import type { RateSides, ValueSides } from './risk-stratum.ts';
import { addTotals, type ContrastTotals, contrastOfStratum } from './stratum-contrast.ts';

/** Deviation and its variance, both fading from minute to minute. */
export interface RecentSums {
  readonly deviation: number;
  readonly variance: number;
}

/** Sums over the strata of one metric, from which its seven features follow; plain JSON. */
export interface ContrastState extends ContrastTotals {
  /** K: strata in which both sides had units. */
  readonly strata: number;
  /** W = Σh. */
  readonly weight: number;
  /** Σhd, positive where treatment has more. */
  readonly weightedD: number;
  /** Σhv. */
  readonly weightedV: number;
  /** χ = Σh d²/v. */
  readonly chi: number;
  /** One for each of `RECENT_DECAYS`. */
  readonly recent: readonly RecentSums[];
}

/** δ: what is left after a minute of what was recent. */
export const RECENT_DECAYS = [0.6, 0.9, 0.97] as const;

/** The state before the first stratum. */
export function emptyContrast(): ContrastState {
  const none = { n: 0, sum: 0, events: 0 };
  return {
    treatment: none,
    control: none,
    spread: { squares: 0, degrees: 0 },
    strata: 0,
    weight: 0,
    weightedD: 0,
    weightedV: 0,
    chi: 0,
    recent: RECENT_DECAYS.map(() => ({ deviation: 0, variance: 0 })),
  };
}

/** Adds one stratum; without units on one side, or where `isCounted` is false, time passes and nothing is added. */
export function addToContrast(
  state: ContrastState,
  sides: RateSides | ValueSides | undefined,
  isCounted: boolean,
): ContrastState {
  if (sides === undefined || !isCounted || sides.treatment.n === 0 || sides.control.n === 0)
    return { ...state, recent: fade(state.recent) };
  const totals = addTotals(state, sides);
  const { h, d, v } = contrastOfStratum(sides, totals);
  const sums = {
    strata: state.strata + 1,
    weight: state.weight + h,
    weightedD: state.weightedD + h * d,
    weightedV: state.weightedV + h * v,
    chi: state.chi + (h * d * d) / v,
  };
  const variance = h * v * dispersionOf(sums);
  const recent = fade(state.recent).map((faded) => ({
    deviation: faded.deviation + h * d,
    variance: faded.variance + variance,
  }));
  return { ...totals, ...sums, recent };
}

/**
 * φ = max(1, (max(0, χ − W m²/v̄) + 1.2·20)/(K − 1 + 20)): over-dispersion between strata, shrunk to 1.2 with 20 more.
 *
 * Before the first stratum it is 1.2.
 */
export function dispersionOf(
  sums: Pick<ContrastState, 'strata' | 'weight' | 'weightedD' | 'weightedV' | 'chi'>,
): number {
  const { strata, weightedD, weightedV, chi } = sums;
  if (strata === 0) return PRIOR_DISPERSION;
  // W m²/v̄ = (Σhd)²/Σhv.
  const excess = Math.max(0, chi - (weightedD * weightedD) / weightedV);
  return Math.max(1, (excess + PRIOR_DISPERSION * PRIOR_STRATA) / (strata - 1 + PRIOR_STRATA));
}

const PRIOR_DISPERSION = 1.2;
const PRIOR_STRATA = 20;

function fade(recent: readonly RecentSums[]): readonly RecentSums[] {
  return recent.map(({ deviation, variance }, index) => {
    const decay = RECENT_DECAYS[index]!;
    return { deviation: decay * deviation, variance: decay * decay * variance };
  });
}
