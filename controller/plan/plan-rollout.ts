import {
  type FlagDefinition,
  fullCoverageOf,
  Problem,
  type RolloutDefinition,
  SHARE_TOTAL,
  type Stage,
  type Treatment,
  type Violation,
} from '../../domain/index.ts';
import type { RolloutInput } from '../../domain/schema/index.ts';
import { checkMetrics } from './check-metrics.ts';
import { checkSource } from './check-source.ts';
import { ALLOCATION_DEFAULTS, checkAllocation, planAllocation } from './plan-allocation.ts';
import { planMetric } from './plan-metric.ts';
import { planRiskGroups } from './plan-risk-groups.ts';

const MINUTE_MS = 60_000;

/** What applies where a person says nothing; the schema's descriptions repeat it. */
export const ROLLOUT_DEFAULTS = {
  bucketBy: 'targetingKey',
  coverages: [1_000, 5_000, 20_000, 50_000],
  dwellMs: 30 * MINUTE_MS,
  holdback: 5_000,
  bakeMs: 360 * MINUTE_MS,
  windowMs: 10_000,
  attributionMs: 30_000,
  burnInMs: 5 * MINUTE_MS,
  alpha: 0.01,
  minExposures: 100,
  patienceMs: 120 * MINUTE_MS,
  onInconclusive: 'proceed',
  maxStepFactor: 6,
  nonInferiorityMargin: 0.25,
  onSampleRatioMismatch: 'hold',
  riskModel: 'off',
  beyondHalf: 'evidence',
  metrics: [{ metric: 'errors' }, { metric: 'latency' }],
} as const;

/**
 * The complete definition of what a person asked for, every default filled in; Problem `invalidRollout` with one
 * violation per mistake. The audience's rule is checked by the caller, who knows the flag set.
 */
export function planRollout(input: RolloutInput, flag: FlagDefinition): RolloutDefinition {
  const treatments = planTreatments(input);
  const metrics = (input.metrics ?? ROLLOUT_DEFAULTS.metrics).map(planMetric);
  const allocation = planAllocation(input.allocation, metrics);
  const usual = allocation?.policy === 'adaptive' ? ALLOCATION_DEFAULTS.holdback : ROLLOUT_DEFAULTS.holdback;
  const holdback = input.holdback ?? usual;
  const definition: RolloutDefinition = {
    rollout: input.rollout,
    flag: input.flag,
    control: input.control,
    treatments,
    ...(input.audience === undefined ? {} : { audience: input.audience as NonNullable<RolloutDefinition['audience']> }),
    bucketBy: input.bucketBy ?? ROLLOUT_DEFAULTS.bucketBy,
    salt: input.salt ?? `${input.flag}/${input.rollout}/`,
    stages: input.stages ?? defaultStages(holdback),
    holdback,
    bakeMs: input.bakeMs ?? ROLLOUT_DEFAULTS.bakeMs,
    windowMs: input.windowMs ?? ROLLOUT_DEFAULTS.windowMs,
    attributionMs: input.attributionMs ?? ROLLOUT_DEFAULTS.attributionMs,
    burnInMs: input.burnInMs ?? ROLLOUT_DEFAULTS.burnInMs,
    alpha: input.alpha ?? ROLLOUT_DEFAULTS.alpha,
    minExposures: input.minExposures ?? ROLLOUT_DEFAULTS.minExposures,
    patienceMs: input.patienceMs ?? ROLLOUT_DEFAULTS.patienceMs,
    onInconclusive: input.onInconclusive ?? ROLLOUT_DEFAULTS.onInconclusive,
    maxStepFactor: input.maxStepFactor ?? ROLLOUT_DEFAULTS.maxStepFactor,
    nonInferiorityMargin: input.nonInferiorityMargin ?? ROLLOUT_DEFAULTS.nonInferiorityMargin,
    riskBudget: input.riskBudget ?? null,
    onSampleRatioMismatch: input.onSampleRatioMismatch ?? ROLLOUT_DEFAULTS.onSampleRatioMismatch,
    segments: input.segments ?? [],
    metrics,
    riskModel: input.riskModel ?? ROLLOUT_DEFAULTS.riskModel,
    beyondHalf: input.beyondHalf ?? ROLLOUT_DEFAULTS.beyondHalf,
    riskGroups: planRiskGroups(metrics),
    ...(input.startAt === undefined ? {} : { startAt: input.startAt }),
    ...(input.dependsOn === undefined ? {} : { dependsOn: input.dependsOn }),
    ...(input.exclusionGroup === undefined ? {} : { exclusionGroup: input.exclusionGroup }),
    ...(input.approvals === undefined ? {} : { approvals: input.approvals }),
    // A plan that asks for nothing learned stays as it was.
    ...(input.rampPolicy === undefined ? {} : { rampPolicy: input.rampPolicy }),
    ...(input.appetite === undefined ? {} : { appetite: input.appetite }),
    ...(input.shortestDwellMs === undefined ? {} : { shortestDwellMs: input.shortestDwellMs }),
    ...(input.secondLook === true ? { secondLook: true as const } : {}),
    ...(allocation === undefined ? {} : { allocation }),
  };
  const violations = [
    ...checkVariants(definition, flag),
    ...checkSplits(input, treatments),
    ...checkStages(definition),
    ...checkMetrics(metrics),
    ...metrics.flatMap((metric, index) => checkSource(metric, `/metrics/${index}/source`)),
    ...checkRiskBudget(definition),
    ...checkShortestDwell(definition),
    ...checkSecondLook(definition),
    ...checkOrder(definition),
    ...checkAllocation(definition),
  ];
  if (violations.length > 0) {
    throw new Problem('invalidRollout', `rollout "${input.rollout}" has ${violations.length} mistake(s)`, violations);
  }
  return definition;
}

function planTreatments(input: RolloutInput): readonly Treatment[] {
  const count = input.treatments.length;
  const equal = Math.floor(SHARE_TOTAL / count);
  return input.treatments.map(({ variant, split }, index) => ({
    variant,
    split: split ?? (index === 0 ? SHARE_TOTAL - equal * (count - 1) : equal),
  }));
}

function defaultStages(holdback: number): readonly Stage[] {
  const full = fullCoverageOf({ holdback });
  const rising = ROLLOUT_DEFAULTS.coverages.filter((coverage) => coverage < full);
  return [...rising, full].map((coverage) => ({ coverage, dwellMs: ROLLOUT_DEFAULTS.dwellMs }));
}

function checkVariants(definition: RolloutDefinition, flag: FlagDefinition): readonly Violation[] {
  const known = Object.keys(flag.variants);
  const unknown = (variant: string, path: string): Violation[] =>
    Object.hasOwn(flag.variants, variant)
      ? []
      : [{ path, message: `flag "${definition.flag}" has no variant "${variant}"; it has: ${known.join(', ')}` }];
  const seen = new Set([definition.control]);
  return [
    ...unknown(definition.control, '/control'),
    ...definition.treatments.flatMap(({ variant }, index) => {
      const path = `/treatments/${index}/variant`;
      const isRepeated = seen.has(variant);
      seen.add(variant);
      return isRepeated
        ? [{ path, message: `"${variant}" is already the control or another treatment` }]
        : unknown(variant, path);
    }),
  ];
}

function checkSplits(input: RolloutInput, treatments: readonly Treatment[]): readonly Violation[] {
  const given = input.treatments.filter((treatment) => treatment.split !== undefined).length;
  if (given !== 0 && given !== treatments.length) {
    return [{ path: '/treatments', message: 'give a split to every treatment, or to none (equal shares)' }];
  }
  const sum = treatments.reduce((total, treatment) => total + treatment.split, 0);
  return sum === SHARE_TOTAL
    ? []
    : [{ path: '/treatments', message: `splits sum to ${sum}; they must sum to ${SHARE_TOTAL}` }];
}

function checkStages({ stages, holdback }: RolloutDefinition): readonly Violation[] {
  const full = fullCoverageOf({ holdback });
  const violations: Violation[] = [];
  stages.forEach((stage, index) => {
    const previous = stages[index - 1]?.coverage ?? 0;
    if (stage.coverage <= previous) {
      violations.push({
        path: `/stages/${index}/coverage`,
        message: `must be more than ${previous}: coverage rises from stage to stage`,
      });
    }
  });
  const last = stages.at(-1)?.coverage;
  if (last !== full) {
    violations.push({
      path: `/stages/${stages.length - 1}/coverage`,
      message: `the last stage must be ${full}: 100 000 less the holdback of ${holdback}`,
    });
  }
  return violations;
}

function checkRiskBudget({ metrics, riskBudget }: RolloutDefinition): readonly Violation[] {
  const budgeted = metrics.find((metric) => metric.metric === riskBudget?.metric);
  const isBudgetable = budgeted?.kind === 'rate' && budgeted.role === 'guardrail' && budgeted.goodDirection === 'lower';
  if (riskBudget === null || isBudgetable) return [];
  return [{ path: '/riskBudget/metric', message: 'must name a guardrail of kind rate that is better when lower' }];
}

function checkShortestDwell({
  stages,
  shortestDwellMs,
  riskModel,
  rampPolicy,
}: RolloutDefinition): readonly Violation[] {
  if (shortestDwellMs === undefined) return [];
  const path = '/shortestDwellMs';
  const longest = Math.max(...stages.map(({ dwellMs }) => dwellMs));
  return [
    ...(riskModel === 'off' && rampPolicy !== 'learned'
      ? [
          {
            path,
            message: 'nothing would end a stage early: set riskModel to hold or rollback, or rampPolicy to learned',
          },
        ]
      : []),
    ...(shortestDwellMs >= longest ? [{ path, message: `must be less than the longest dwell, ${longest}` }] : []),
  ];
}

function checkSecondLook({ secondLook, allocation }: RolloutDefinition): readonly Violation[] {
  if (secondLook !== true || allocation?.policy !== 'adaptive') return [];
  const message = 'does not go with an adaptive allocation: units that are taken back would be divided anew';
  return [{ path: '/secondLook', message }];
}

function checkOrder({ rollout, startAt, dependsOn = [] }: RolloutDefinition): readonly Violation[] {
  const self = dependsOn.indexOf(rollout);
  return [
    ...(self < 0 ? [] : [{ path: `/dependsOn/${self}`, message: 'a rollout cannot depend on itself' }]),
    ...(startAt !== undefined && Number.isNaN(Date.parse(startAt))
      ? [{ path: '/startAt', message: `${startAt} is no instant` }]
      : []),
  ];
}
