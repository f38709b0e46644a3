import { type AllocationChoice, type AllocationPlan, SHARE_TOTAL } from '../../domain/index.ts';

/** What a decision broke of the plan, in any leaf; leaves may also not differ too much from all. */
export function brokenLimits(
  { treatments, leaves = [] }: AllocationChoice,
  best: string | undefined,
  plan: AllocationPlan,
): readonly string[] {
  const isFree = treatments.some(({ variant, share }) => variant === best && share === SHARE_TOTAL);
  const unlike = leaves.flatMap((leaf) =>
    leaf.treatments
      .filter(({ share }, k) => Math.abs(share - treatments[k]!.share) > MAX_DISTANCE + 1)
      .map(({ variant }) => `distance of ${variant} in ${leaf.leaf}`),
  );
  return [treatments, ...leaves.map((leaf) => leaf.treatments)]
    .flatMap((shares) => brokenIn(shares, isFree, plan))
    .concat(unlike);
}

const MAX_DISTANCE = 10_000;

/** A winner that takes all has no floors and limits beside it, and may do no harm in a segment. */
function brokenIn(
  treatments: AllocationChoice['treatments'],
  isFree: boolean,
  { floor, maxMove }: AllocationPlan,
): readonly string[] {
  return treatments
    .filter(({ share, before }) => share > 0 || before > 0)
    .flatMap(({ variant, share, before, isCapped }) => [
      ...(share < floor - 1 && !isFree ? [`floor of ${variant}`] : []),
      ...(Math.abs(share - before) > maxMove + 1 && !isFree ? [`move of ${variant}`] : []),
      ...(isCapped && share > before + 1 ? [`fairness of ${variant}`] : []),
    ]);
}
