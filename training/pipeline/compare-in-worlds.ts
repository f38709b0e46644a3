import {
  type BootstrapOptions,
  type CostFactors,
  clusterBootstrap,
  type RampPolicy,
  scalarCost,
} from '../../models/index.ts';
import type { Measured, RampEvidence } from '../gate/index.ts';
import type { PlayedRamp, RampTools } from './training-ports.ts';

/** Two policies in the same worlds. */
export type WorldComparison = Required<Pick<RampEvidence, 'benchmarkCost' | 'benign'>>;

/** So many of all rollouts do harm, as in the decision benchmark. */
const HARMFUL_SHARE = 0.25;

/** How two policies are compared. */
export interface ComparedPolicies {
  readonly own: RampPolicy;
  readonly champion: RampPolicy;
  readonly factors: CostFactors;
  /** Is told how far it is, before every world; may reject to end it. */
  readonly onWorld: (world: number) => Promise<void>;
}

/** Plays both policies in every world, and takes the differences of their costs. */
export async function compareInWorlds(
  { worldCount, play }: RampTools,
  { own, champion, factors, onWorld }: ComparedPolicies,
  options: BootstrapOptions,
): Promise<WorldComparison> {
  const pairs: PlayedPair[] = [];
  for (let world = 0; world < worldCount; world += 1) {
    await onWorld(world);
    pairs.push({ own: play(world, { policy: own, factors }), champion: play(world, { policy: champion, factors }) });
  }
  const benign = pairs.filter((pair) => !pair.own.isHarmful);
  const takenBack = (who: 'own' | 'champion') => benign.filter((pair) => pair[who].isTakenBack).length;
  return {
    benchmarkCost: costDifference(pairs, factors, options),
    benign: { worlds: benign.length, takenBack: takenBack('own'), championTakenBack: takenBack('champion') },
  };
}

interface PlayedPair {
  readonly own: PlayedRamp;
  readonly champion: PlayedRamp;
}

function costDifference(pairs: readonly PlayedPair[], factors: CostFactors, options: BootstrapOptions): Measured {
  const statistic = (some: readonly PlayedPair[]) =>
    [true, false].reduce((sum, isHarmful) => {
      const ofKind = some.filter(({ own }) => own.isHarmful === isHarmful);
      const total = ofKind.reduce(
        (costs, { own, champion }) => costs + scalarCost(own.costs, factors) - scalarCost(champion.costs, factors),
        0,
      );
      return sum + ((isHarmful ? HARMFUL_SHARE : 1 - HARMFUL_SHARE) * total) / ofKind.length;
    }, 0);
  return {
    value: statistic(pairs),
    ...clusterBootstrap(
      pairs.map((pair) => [pair]),
      statistic,
      options,
    ),
  };
}
