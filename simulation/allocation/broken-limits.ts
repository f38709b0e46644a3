import { type AllocationChoice, type AllocationPlan, SHARE_TOTAL } from '../../domain/index.ts';

/** What a split broke of the plan; a winner that takes all has no floors and limits beside it, and may do no harm in a segment. */
export function brokenLimits(
  { treatments }: AllocationChoice,
  best: string | undefined,
  { floor, maxMove }: AllocationPlan,
): readonly string[] {
  const isFree = treatments.some(({ variant, share }) => variant === best && share === SHARE_TOTAL);
  return treatments
    .filter(({ share, before }) => share > 0 || before > 0)
    .flatMap(({ variant, share, before, isCapped }) => [
      ...(share < floor - 1 && !isFree ? [`floor of ${variant}`] : []),
      ...(Math.abs(share - before) > maxMove + 1 && !isFree ? [`move of ${variant}`] : []),
      ...(isCapped && share > before + 1 ? [`fairness of ${variant}`] : []),
    ]);
}
