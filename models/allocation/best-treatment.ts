/** Highest log E so far that one treatment is better than another: `peaks[k][j]` of k against j. */
export type BetterPeaks = readonly (readonly number[])[];

/**
 * The line for each pair, ln(K/α), and the treatment that has passed it against all others; undefined while none has.
 *
 * Some treatment b has the most utility. To call another one the best, its e-value against b must pass the line, though it has no
 * more utility than b: each of K − 1 may, with the chance α/K (Ville 1939). Where b has an equal, b itself may be called the best
 * wrongly, once more with α/K. So Bonferroni over K pairs is enough, and all K(K − 1) need not be paid for.
 */
export function bestTreatment(
  peaks: BetterPeaks,
  live: readonly number[],
  { treatments, alpha }: { readonly treatments: number; readonly alpha: number },
): { readonly logLine: number; readonly best: number | undefined } {
  const logLine = Math.log(treatments / alpha);
  const beatsAll = (k: number) => live.every((j) => j === k || peaks[k]![j]! >= logLine);
  return { logLine, best: live.length < 2 ? undefined : live.find(beatsAll) };
}
