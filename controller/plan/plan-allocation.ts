import {
  type AllocationPlan,
  fullCoverageOf,
  isAdaptive,
  type MetricDefinition,
  type RolloutDefinition,
  SHARE_TOTAL,
  type Violation,
} from '../../domain/index.ts';
import type { RolloutInput } from '../../domain/schema/index.ts';
import { checkByAttribute } from './check-by-attribute.ts';

/** What applies to adaptive allocation where a person says nothing. */
export const ALLOCATION_DEFAULTS = {
  floor: 5_000,
  maxMove: 10_000,
  epochMs: 900_000,
  minUnits: 100,
  alpha: 0.05,
  onBest: 'winnerTakesNew',
  /** A tenth stays in control, or nobody could tell how good the best is. */
  holdback: 10_000,
} as const;

/** The complete plan of how new units are divided; undefined where nobody asked for one. */
export function planAllocation(
  input: RolloutInput['allocation'],
  metrics: readonly MetricDefinition[],
): AllocationPlan | undefined {
  if (input === undefined) return undefined;
  const declared = metrics.filter(({ role }) => role === 'objective').map(({ metric }) => ({ metric }));
  const objectives: NonNullable<typeof input.objectives> = input.objectives ?? declared;
  return {
    policy: input.policy,
    objectives: objectives.map(({ metric, importance = 1 }) => ({ metric, importance })),
    floor: input.floor ?? ALLOCATION_DEFAULTS.floor,
    maxMove: input.maxMove ?? ALLOCATION_DEFAULTS.maxMove,
    epochMs: input.epochMs ?? ALLOCATION_DEFAULTS.epochMs,
    minUnits: input.minUnits ?? ALLOCATION_DEFAULTS.minUnits,
    alpha: input.alpha ?? ALLOCATION_DEFAULTS.alpha,
    onBest: input.onBest ?? ALLOCATION_DEFAULTS.onBest,
    ...(input.byAttribute === undefined ? {} : { byAttribute: input.byAttribute }),
  };
}

/** What keeps a plan from being adaptive; nothing of one that is not. */
export function checkAllocation(definition: RolloutDefinition): readonly Violation[] {
  const { allocation, treatments, metrics, holdback } = definition;
  if (allocation === undefined || !isAdaptive({ allocation })) return onlyAdaptive(allocation);
  const { objectives, floor } = allocation;
  const most = SHARE_TOTAL - ALLOCATION_DEFAULTS.holdback;
  return [
    ...(treatments.length < 2 ? [{ path: '/treatments', message: 'allocation is adaptive among two or more' }] : []),
    ...(objectives.length === 0
      ? [
          {
            path: '/allocation/objectives',
            message: 'must name what makes a treatment better: no metric has the role objective',
          },
        ]
      : []),
    ...objectives.flatMap((objective, index) => checkObjective(objective.metric, index, allocation, metrics)),
    ...(floor * treatments.length > SHARE_TOTAL
      ? [{ path: '/allocation/floor', message: `${treatments.length} treatments cannot have ${floor} each` }]
      : []),
    ...treatments
      .filter(({ split }) => split < floor)
      .map(({ variant }) => ({
        path: '/treatments',
        message: `the split of "${variant}" is below the floor of ${floor}`,
      })),
    ...(fullCoverageOf({ holdback }) > most
      ? [{ path: '/holdback', message: `must be ${ALLOCATION_DEFAULTS.holdback} or more where allocation is adaptive` }]
      : []),
    ...checkByAttribute(definition),
  ];
}

function onlyAdaptive(allocation: AllocationPlan | undefined): readonly Violation[] {
  if (allocation?.byAttribute === undefined) return [];
  return [{ path: '/allocation/byAttribute', message: 'splits differ by attribute only where the policy is adaptive' }];
}

function checkObjective(
  name: string,
  index: number,
  { objectives }: AllocationPlan,
  metrics: readonly MetricDefinition[],
): readonly Violation[] {
  const path = `/allocation/objectives/${index}/metric`;
  const metric = metrics.find((candidate) => candidate.metric === name);
  if (metric === undefined) return [{ path, message: `"${name}" is no metric of this rollout` }];
  if (metric.kind === 'duration') {
    return [{ path, message: 'must be a rate or a value: count slow units as a rate, to weigh them' }];
  }
  const isRepeated = objectives.findIndex((one) => one.metric === name) < index;
  return isRepeated ? [{ path, message: `"${name}" is named twice` }] : [];
}
