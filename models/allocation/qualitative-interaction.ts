import { upperRegularisedGamma } from '../special-functions.ts';

/** An estimated difference of two treatments in one part of the traffic. */
export interface PartDifference {
  readonly difference: number;
  readonly standardError: number;
}

/**
 * How likely the parts look so much at odds while none of them really is: the p-value of "one treatment is the better one, or
 * equal, in every part" (Gail & Simon 1985, equation 3).
 *
 * The statistic is the smaller of Σ z² over parts in favour of either. One side is enough to be sure of a treatment, but only
 * both are reasons to treat parts apart.
 */
export function qualitativeInteraction(parts: readonly PartDifference[]): number {
  const sumOver = (sign: number) =>
    parts.reduce((sum, { difference, standardError }) => {
      return sign * difference > 0 ? sum + (difference / standardError) ** 2 : sum;
    }, 0);
  const statistic = Math.min(sumOver(1), sumOver(-1));
  const others = parts.length - 1;
  let [p, ways] = [0, 1];
  for (let h = 1; h <= others; h += 1) {
    ways = (ways * (others - h + 1)) / h;
    p += (ways / 2 ** others) * upperRegularisedGamma(h / 2, statistic / 2);
  }
  return p;
}
