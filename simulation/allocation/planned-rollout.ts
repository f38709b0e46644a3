import { planRollout } from '../../controller/index.ts';
import type { FlagDefinition, Rollout, RolloutState } from '../../domain/index.ts';
import { START_MS } from '../rollouts.ts';
import type { AllocationWorld } from './allocation-world.ts';

/** How new units are divided in a run. */
export type AllocationMode = 'adaptive' | 'uniform' | 'byAttribute';

/** Twelve stages of half an hour: shares adapt only as units are admitted. */
const COVERAGES = [2, 5, 10, 18, 26, 34, 42, 50, 60, 70, 80, 90];

/** The plan of a run. */
export function plannedRollout({ treatments }: AllocationWorld, mode: AllocationMode): Rollout {
  const names = ['control', ...treatments.map(({ variant }) => variant)];
  const flag: FlagDefinition = {
    state: 'ENABLED',
    variants: Object.fromEntries(names.map((name) => [name, name])),
    defaultVariant: 'control',
  };
  const definition = planRollout(
    {
      rollout: 'allocation',
      flag: 'flag',
      control: 'control',
      treatments: treatments.map(({ variant }) => ({ variant })),
      stages: COVERAGES.map((percent) => ({ coverage: percent * 1_000, dwellMs: 1_800_000 })),
      holdback: 10_000,
      windowMs: 60_000,
      attributionMs: 0,
      segments: ['country'],
      metrics: [{ metric: 'errors' }, { metric: 'purchases', role: 'objective' }],
      allocation: {
        policy: 'adaptive',
        ...(mode === 'byAttribute' ? { byAttribute: { attribute: 'country', isFixedPerUnit: true } } : {}),
      },
    },
    flag,
  );
  if (mode !== 'uniform') return { definition, state: DRAFT };
  // Equal shares are judged by the same objectives, so that what differs is where new units go.
  const allocation = { ...definition.allocation!, maxMove: 0, onBest: 'advise' } as const;
  return { definition: { ...definition, allocation }, state: DRAFT };
}

const DRAFT: RolloutState = {
  phase: 'draft',
  generation: 1,
  revision: 1,
  coverage: 0,
  coverageSinceMs: START_MS,
  startedAtMs: null,
  isArchived: false,
};
