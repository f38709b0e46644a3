import { lgamma } from './lgamma.ts';
import { STIRLING_FROM, stirlingTail } from './stirling.ts';

/** ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b), a, b > 0 (DLMF 5.12.1). */
export function lbeta(a: number, b: number): number {
  const [small, large] = a <= b ? [a, b] : [b, a];
  if (large < STIRLING_FROM) return lgamma(small) + lgamma(large) - lgamma(small + large);
  if (small < STIRLING_FROM) return lgamma(small) + lgammaDrop(large, small);
  const sum = small + large;
  return (
    (small - 0.5) * Math.log(small / sum) -
    large * Math.log1p(small / large) -
    0.5 * Math.log(large / (2 * Math.PI)) +
    betaTail(small, large)
  );
}

/** ln Γ(b) − ln Γ(b + a) for b ≥ `STIRLING_FROM`, as a difference of Stirling series. */
function lgammaDrop(b: number, a: number): number {
  const tails = stirlingTail(b) - stirlingTail(b + a);
  return a - a * Math.log(a + b) - (b - 0.5) * Math.log1p(a / b) + tails;
}

/** What Stirling's formula lacks of ln B(a, b), for a, b ≥ `STIRLING_FROM`. */
export function betaTail(a: number, b: number): number {
  return stirlingTail(a) + stirlingTail(b) - stirlingTail(a + b);
}
