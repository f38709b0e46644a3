/** From a score s to the probability σ(slope · s + intercept + shift); plain JSON. */
export interface PlattScaling {
  readonly slope: number;
  readonly intercept: number;
  /** `priorShift` from the share of harm among the runs it was fitted on to that expected in use. */
  readonly shift: number;
}

/** One score with what came of it. */
export interface LabelledScore {
  readonly score: number;
  readonly label: 0 | 1;
}

/** The score taken for a logit as it is. */
export const NO_SCALING: PlattScaling = { slope: 1, intercept: 0, shift: 0 };

/** How often a rollout is harmful, before anything is known of it. */
export const HARMFUL_PRIOR = 0.25;

/** P(harmful) of a score. */
export function plattProbability({ slope, intercept, shift }: PlattScaling, score: number): number {
  return 1 / (1 + Math.exp(-(slope * score + intercept + shift)));
}

/** ln(π/(1−π)) of the prior in use less that of the rows that the scaling was fitted on. */
export function priorShift(fittedShare: number, prior = HARMFUL_PRIOR): number {
  return Math.log(prior / (1 - prior)) - Math.log(fittedShare / (1 - fittedShare));
}

/**
 * Maximum likelihood of σ(a s + c), by Newton's method; undefined without both labels.
 *
 * Labels are drawn in to (N₊+1)/(N₊+2) and 1/(N₋+2) as in Platt (1999), so that separable scores have a finite slope.
 * A step that does not lower the loss is halved (Lin, Lin and Weng, Machine Learning 2007).
 */
export function fitPlatt(rows: readonly LabelledScore[]): Pick<PlattScaling, 'slope' | 'intercept'> | undefined {
  const positives = rows.filter(({ label }) => label === 1).length;
  const negatives = rows.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  const points = rows.map(({ score, label }) => ({
    s: score,
    y: label === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2),
  }));
  let at = { slope: 0, intercept: Math.log((positives + 1) / (negatives + 1)) };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = newtonStep(points, at);
    if (next === undefined) break;
    at = next;
  }
  return at;
}

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

interface Point {
  readonly s: number;
  readonly y: number;
}

function newtonStep(points: readonly Point[], at: Line): Line | undefined {
  let [gs, g1, hss, hs1, h11] = [0, 0, RIDGE, 0, RIDGE];
  for (const { s, y } of points) {
    const p = 1 / (1 + Math.exp(-(at.slope * s + at.intercept)));
    const w = p * (1 - p);
    gs += (p - y) * s;
    g1 += p - y;
    hss += w * s * s;
    hs1 += w * s;
    h11 += w;
  }
  if (Math.max(Math.abs(gs), Math.abs(g1)) < GRADIENT_ENOUGH * points.length) return undefined;
  const determinant = hss * h11 - hs1 * hs1;
  const [ds, d1] = [-(h11 * gs - hs1 * g1) / determinant, -(hss * g1 - hs1 * gs) / determinant];
  const before = lossOf(points, at);
  for (let size = 1; size > LEAST_STEP; size /= 2) {
    const next = { slope: at.slope + size * ds, intercept: at.intercept + size * d1 };
    if (lossOf(points, next) < before) return next;
  }
  return undefined;
}

/** Σ ln(1 + e^z) − y z, in the form that does not overflow. */
function lossOf(points: readonly Point[], { slope, intercept }: Line): number {
  return points.reduce((sum, { s, y }) => {
    const z = slope * s + intercept;
    return sum + Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y * z;
  }, 0);
}

const MAX_ROUNDS = 100;
const RIDGE = 1e-12;
const GRADIENT_ENOUGH = 1e-10;
const LEAST_STEP = 1e-10;
