import { type Digest, dataSetHash } from '../dataset/data-set-hash.ts';
import { labelWeights } from '../labels/index.ts';
import type { RewardedChoice, RewardedGeneration } from './join-rewards.ts';

/** A choice with the share of rollouts that it stands for. */
export interface RewardRow extends RewardedChoice {
  /** 1/P(labelled), at most 10. */
  readonly weight: number;
}

/** Rollouts whose pace was chosen and whose costs are known, as of a cut-off. */
export interface RewardSet {
  /** By rollout. */
  readonly rows: readonly RewardRow[];
  /** Hash of the sorted row hashes. */
  readonly hash: string;
  /** Generations that are over and whose pace was chosen, and those among them that nobody knows the truth of. */
  readonly finishedCount: number;
  readonly unknownCount: number;
}

/** Puts joined generations together: the same set for the same generations in any order. */
export function rewardSet(generations: readonly RewardedGeneration[], digest: Digest): RewardSet {
  const finished = generations.toSorted((a, b) => (a.runId < b.runId ? -1 : 1));
  const weights = labelWeights(
    finished.map(({ verdict, end, decisions }) => ({
      isLabelled: verdict !== undefined,
      // Rollbacks are what goes without a label.
      covariates: [end === 'rolledBack' ? 1 : 0, Math.log1p(decisions)],
    })),
  );
  const rows = finished.flatMap(({ choice }, index): readonly RewardRow[] =>
    choice === undefined ? [] : [{ ...choice, weight: weights[index]! }],
  );
  const unknownCount = finished.filter(({ verdict }) => verdict === undefined).length;
  return { rows, hash: dataSetHash(rows, digest), finishedCount: finished.length, unknownCount };
}
