/** A function of one variable with values of opposite sign, or 0, at both ends. */
export interface Bracket {
  readonly from: number;
  readonly to: number;
  readonly tolerance: number;
}

const MAX_STEPS = 1_000;

/**
 * A root in the bracket: inverse quadratic or linear interpolation where it behaves, bisection where it does not.
 *
 * Brent, "Algorithms for Minimization without Derivatives" (1973), chapter 4, with the acceptance conditions of the
 * Netlib routine `zeroin`, which R's `uniroot` and Kayenta share: on a step function their path decides the digits.
 */
export function findRoot(f: (x: number) => number, { from, to, tolerance }: Bracket): number {
  let [a, b] = [from, to];
  let [fa, fb] = [f(a), f(b)];
  if (fa === 0) return a;
  if (fb === 0) return b;
  let [c, fc] = [a, fa];
  for (let step = 0; step <= MAX_STEPS; step += 1) {
    const before = b - a;
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const least = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2;
    const half = (c - b) / 2;
    if (Math.abs(half) <= least || fb === 0) return b;
    const canInterpolate = Math.abs(before) >= least && Math.abs(fa) > Math.abs(fb);
    const proposed = canInterpolate ? interpolated({ a, b, c, fa, fb, fc, before, least }) : undefined;
    const wanted = proposed ?? half;
    const taken = Math.abs(wanted) < least ? (wanted > 0 ? least : -least) : wanted;
    [a, fa] = [b, fb];
    b += taken;
    fb = f(b);
    if (fb * fc > 0) [c, fc] = [a, fa];
  }
  return b;
}

interface Points {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly fa: number;
  readonly fb: number;
  readonly fc: number;
  readonly before: number;
  readonly least: number;
}

/** The step p/q to the interpolated root; undefined where it leaves the bracket or shrinks too slowly. */
function interpolated({ a, b, c, fa, fb, fc, before, least }: Points): number | undefined {
  const ahead = c - b;
  let p: number;
  let q: number;
  if (a === c) {
    const ratio = fb / fa;
    p = ahead * ratio;
    q = 1 - ratio;
  } else {
    const [qa, qb, qc] = [fa / fc, fb / fc, fb / fa];
    p = qc * (ahead * qa * (qa - qb) - (b - a) * (qb - 1));
    q = (qa - 1) * (qb - 1) * (qc - 1);
  }
  if (p > 0) q = -q;
  else p = -p;
  const isInside = p < 0.75 * ahead * q - Math.abs(least * q) / 2 && p < Math.abs((before * q) / 2);
  return isInside ? p / q : undefined;
}
