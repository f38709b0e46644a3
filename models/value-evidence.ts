import {
  addSpreads,
  addSums,
  assertSums,
  NO_VALUES,
  nonZeroUnits,
  type Spread,
  spreadOf,
  subtractSums,
  type ValueSums,
  varianceOf,
} from './value-sums.ts';

/** Something for either side. */
export interface BothSides<T> {
  readonly treatment: T;
  readonly control: T;
}

/** What the windows so far say about one treatment and one value; plain JSON. Sums over windows are Σ. */
export interface ValueEvidence {
  /** Control's units by which the scale of the value is known; frozen when there are enough of them. */
  readonly base: ValueSums;
  /** Units of the windows that count as evidence: for people and for the burn-in, the test never pools. */
  readonly totals: BothSides<ValueSums>;
  /** Number of these windows. */
  readonly windowCount: number;
  /** W = Σ h with h = n_T n_C / (n_T + n_C). */
  readonly weight: number;
  /** Σ h (mean_T − mean_C). */
  readonly difference: number;
  /** Σ h mean_C. */
  readonly controlMean: number;
  /** Spread of units around the mean of their own side in their own window. */
  readonly within: BothSides<Spread>;
  /** Σ φ h² s²/n, the variance that each side adds: by its own spread, and by that of both sides together. */
  readonly variance: { readonly own: BothSides<number>; readonly pooled: BothSides<number> };
  /** χ = Σ (mean_T − mean_C)²/se² and Σ h² se², with the common spread and without φ: what φ is estimated from. */
  readonly dispersion: { readonly chi: number; readonly variance: number };
}

/**
 * The state before the first window.
 *
 * `history` are control's sums from before the rollout; without them the first windows only tell the scale.
 */
export function emptyValueEvidence(history: ValueSums = NO_VALUES): ValueEvidence {
  assertSums(history);
  const none = { treatment: 0, control: 0 };
  const unspread = { squares: 0, degrees: 0 };
  return {
    base: history,
    totals: { treatment: NO_VALUES, control: NO_VALUES },
    windowCount: 0,
    weight: 0,
    difference: 0,
    controlMean: 0,
    within: { treatment: unspread, control: unspread },
    variance: { own: none, pooled: none },
    dispersion: { chi: 0, variance: 0 },
  };
}

/**
 * Adds one closed window with the units that were first exposed in it, so that every unit counts in one window only.
 *
 * A window without units on one side is no comparison; while the scale is not known, control only tells the scale.
 */
export function addValueWindow(evidence: ValueEvidence, window: BothSides<ValueSums>): ValueEvidence {
  assertSums(window.treatment);
  assertSums(window.control);
  if (!isScaleKnown(evidence.base)) return { ...evidence, base: addSums(evidence.base, window.control) };
  if (window.treatment.n === 0 || window.control.n === 0) return evidence;
  return withWindow(evidence, window, overDispersion(evidence));
}

/** What was added since an earlier state of the same evidence; the scale stays frozen. */
export function valueEvidenceSince(now: ValueEvidence, before: ValueEvidence): ValueEvidence {
  const less = (a: BothSides<number>, b: BothSides<number>) => ({
    treatment: a.treatment - b.treatment,
    control: a.control - b.control,
  });
  return {
    ...now,
    totals: {
      treatment: subtractSums(now.totals.treatment, before.totals.treatment),
      control: subtractSums(now.totals.control, before.totals.control),
    },
    windowCount: now.windowCount - before.windowCount,
    weight: now.weight - before.weight,
    difference: now.difference - before.difference,
    controlMean: now.controlMean - before.controlMean,
    variance: {
      own: less(now.variance.own, before.variance.own),
      pooled: less(now.variance.pooled, before.variance.pooled),
    },
  };
}

/** φ comes from the windows before this one: an estimate that knew the window would not be predictable. */
function withWindow(evidence: ValueEvidence, window: BothSides<ValueSums>, phi: number): ValueEvidence {
  const { treatment, control } = window;
  const h = (treatment.n * control.n) / (treatment.n + control.n);
  const difference = treatment.sum / treatment.n - control.sum / control.n;
  const { own, pooled } = variancesOfMeans(evidence, window);
  const errorSquared = pooled.treatment + pooled.control;
  const grown = (sum: BothSides<number>, added: BothSides<number>) => ({
    treatment: sum.treatment + phi * h * h * added.treatment,
    control: sum.control + phi * h * h * added.control,
  });
  return {
    base: evidence.base,
    totals: {
      treatment: addSums(evidence.totals.treatment, treatment),
      control: addSums(evidence.totals.control, control),
    },
    windowCount: evidence.windowCount + 1,
    weight: evidence.weight + h,
    difference: evidence.difference + h * difference,
    controlMean: evidence.controlMean + (h * control.sum) / control.n,
    within: {
      treatment: addSpreads(evidence.within.treatment, spreadOf(treatment)),
      control: addSpreads(evidence.within.control, spreadOf(control)),
    },
    variance: { own: grown(evidence.variance.own, own), pooled: grown(evidence.variance.pooled, pooled) },
    dispersion: {
      chi: evidence.dispersion.chi + (difference * difference) / errorSquared,
      variance: evidence.dispersion.variance + h * h * errorSquared,
    },
  };
}

/**
 * s²/n of both sides in one window: with the side's own variance, and with that of both sides together.
 *
 * Each is smoothed towards the windows before, and these towards the frozen scale: a few units that all have the same
 * value must not count as certainty.
 */
function variancesOfMeans({ base, within }: ValueEvidence, { treatment, control }: BothSides<ValueSums>) {
  const scale = varianceOf(spreadOf(base));
  const [spreadT, spreadC] = [spreadOf(treatment), spreadOf(control)];
  const pooled = smoothed(addSpreads(spreadT, spreadC), smoothed(addSpreads(within.treatment, within.control), scale));
  return {
    own: {
      treatment: smoothed(spreadT, smoothed(within.treatment, scale)) / treatment.n,
      control: smoothed(spreadC, smoothed(within.control, scale)) / control.n,
    },
    pooled: { treatment: pooled / treatment.n, control: pooled / control.n },
  };
}

/** Weight of what was known before, in units. */
const PSEUDO_UNITS = 5;

function smoothed({ squares, degrees }: Spread, towards: number): number {
  return (squares + PSEUDO_UNITS * towards) / (degrees + PSEUDO_UNITS);
}

/** Over-dispersion that is expected before any window, and the number of windows that this counts for. */
const PRIOR_DISPERSION = 1.2;
const PRIOR_WINDOWS = 20;

/**
 * φ ≥ 1: how much more the windows' differences vary than the spread of their units explains.
 *
 * (max(0, χ − D²/V) + 1.2 · 20)/(K − 1 + 20): Cochran's χ² around the common difference, shrunk (Cochran 1954).
 */
function overDispersion({ windowCount, difference, dispersion }: ValueEvidence): number {
  if (windowCount < 2) return PRIOR_DISPERSION;
  const chi = Math.max(0, dispersion.chi - (difference * difference) / dispersion.variance);
  return Math.max(1, (chi + PRIOR_DISPERSION * PRIOR_WINDOWS) / (windowCount - 1 + PRIOR_WINDOWS));
}

/** Control units, and control units that are not 0, that must be seen before the value's scale is frozen. */
const SCALE_UNITS = 200;
const SCALE_NON_ZERO_UNITS = 20;

function isScaleKnown(base: ValueSums): boolean {
  const isSeen = base.n >= SCALE_UNITS && nonZeroUnits(base) >= SCALE_NON_ZERO_UNITS;
  return isSeen && base.sum !== 0 && varianceOf(spreadOf(base)) > 0;
}

/** Units, and units that are not 0, that each side needs before a mean says anything. */
const BURN_IN_UNITS = 100;
const BURN_IN_NON_ZERO_UNITS = 5;

/** Whether both sides have had enough units for a verdict: 100, and 5 that are not 0. */
export function hasEnoughValues({ totals }: ValueEvidence): boolean {
  const isEnough = (sums: ValueSums) => sums.n >= BURN_IN_UNITS && nonZeroUnits(sums) >= BURN_IN_NON_ZERO_UNITS;
  return isEnough(totals.treatment) && isEnough(totals.control);
}

/**
 * The larger of both variances of Σ h (mean_T − r0 mean_C).
 *
 * The own spread alone would call few units with low values certain, for skewed values a low mean and a small spread
 * come together; the common spread alone would overlook a treatment that makes values wilder.
 */
export function accumulatedVariance({ own, pooled }: ValueEvidence['variance'], r0: number): number {
  const of = ({ treatment, control }: BothSides<number>) => treatment + r0 * r0 * control;
  return Math.max(of(own), of(pooled));
}
