import { planRollout } from '../../controller/index.ts';
import type { FlagDefinition, Rollout, RolloutPhase } from '../../domain/index.ts';

/** A flag with a control and two variants to try. */
export const A_FLAG: FlagDefinition = {
  state: 'ENABLED',
  variants: { off: 0, on: 1, other: 2 },
  defaultVariant: 'off',
};

/** A rollout with all defaults, somewhere in its life. */
export const aRolloutIn = (phase: RolloutPhase): Rollout => ({
  definition: planRollout({ rollout: 'r', flag: 'f', control: 'off', treatments: [{ variant: 'on' }] }, A_FLAG),
  state: {
    phase,
    generation: 1,
    revision: 7,
    coverage: 5_000,
    coverageSinceMs: 1_000,
    startedAtMs: 500,
    isArchived: false,
  },
});
