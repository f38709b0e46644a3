import type { DecisionDraws } from '../ramp-policy/seeded-draws.ts';

/** A gamma variable of this shape > 0 and scale 1 (Marsaglia & Tsang, ACM TOMS 2000; below 1 by their section 6). */
export function drawGamma(shape: number, draws: DecisionDraws): number {
  if (shape < 1) return drawGamma(shape + 1, draws) * draws.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  // At least 95 of 100 proposals are taken, so this ends.
  for (;;) {
    const z = draws.normal();
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(draws.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}
