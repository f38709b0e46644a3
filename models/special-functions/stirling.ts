/** From here on Stirling's series has full double precision. */
export const STIRLING_FROM = 15;

/**
 * What Stirling's formula lacks: ln Γ(x) − (x − ½) ln x + x − ½ ln 2π for x ≥ `STIRLING_FROM` (DLMF 5.11.1).
 *
 * Differences of ln Γ at large arguments are taken of these, so that the large leading terms cancel on paper.
 */
export function stirlingTail(x: number): number {
  const y = 1 / (x * x);
  return (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / x;
}

/** ln(1 + u) − u, from whichever of u and 1 + u has kept its digits. */
export function logMinusExcess(u: number, onePlusU: number): number {
  return (Math.abs(u) < 0.5 ? Math.log1p(u) : Math.log(onePlusU)) - u;
}
