import { type Static, Type } from 'typebox';
import { KeySchema, NameSchema, RevisionSchema, ShareSchema, TimestampMsSchema } from './names.ts';
import { ApprovalsSchema, InstantSchema } from './settings-schema.ts';

const HOUR_MS = 3_600_000;
const MAX_DURATION_MS = 90 * 24 * HOUR_MS;

const DurationMsSchema = Type.Integer({ minimum: 0, maximum: MAX_DURATION_MS, description: 'Milliseconds.' });

const exact = { additionalProperties: false } as const;

const factor = (description: string, minimum = 0) => Type.Number({ minimum, maximum: 10_000, description });

/** Harm cannot be free, and a false rollback, which departures from the schedule may cost in all, is bounded. */
export const AppetiteFactorsSchema = Type.Object(
  {
    harm: factor('All the harm that full coverage would do in twelve hours.', 1),
    hours: factor('An hour until full coverage.'),
    falseRollback: Type.Number({ minimum: 0, maximum: 1_000, description: 'A healthy rollout that is taken back.' }),
    move: factor('A change of coverage.'),
    objective: factor('All that the objective metrics are in twelve hours.'),
  },
  { ...exact, description: 'What a unit of each part of the cost is to you.' },
);

const SelectorSchema = Type.String({ minLength: 1, maxLength: 2000 });

const OtlpSelectorSchema = Type.Object(
  {
    instrument: Type.String({ minLength: 1, maxLength: 255 }),
    where: Type.Optional(Type.Record(Type.String({ maxLength: 255 }), Type.String({ maxLength: 1000 }))),
  },
  exact,
);

/** Where a metric comes from; the default is reports. */
const MetricSourceSchema = Type.Union([
  Type.Object({ kind: Type.Literal('reports') }, exact),
  Type.Object(
    {
      kind: Type.Literal('prometheus'),
      variantLabel: Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' }),
      exposures: Type.Optional(SelectorSchema),
      events: Type.Optional(SelectorSchema),
      buckets: Type.Optional(SelectorSchema),
      bucketUnitMs: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 86_400_000 })),
    },
    exact,
  ),
  Type.Object(
    {
      kind: Type.Literal('otlp'),
      variantAttribute: Type.String({ minLength: 1, maxLength: 255 }),
      exposures: Type.Optional(OtlpSelectorSchema),
      events: Type.Optional(OtlpSelectorSchema),
      durations: Type.Optional(OtlpSelectorSchema),
      durationUnitMs: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 86_400_000 })),
    },
    exact,
  ),
]);

/** A metric as a person declares it; everything but its name has a default. */
export const MetricInputSchema = Type.Object(
  {
    metric: NameSchema,
    kind: Type.Optional(Type.Enum(['rate', 'duration', 'value'])),
    signal: Type.Optional(Type.Enum(['error', 'latency', 'event'])),
    role: Type.Optional(Type.Enum(['guardrail', 'objective', 'diagnostic'])),
    goodDirection: Type.Optional(Type.Enum(['lower', 'higher'])),
    margin: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
    weight: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1000 })),
    noData: Type.Optional(Type.Enum(['hold', 'fail', 'ignore'])),
    graceMs: Type.Optional(DurationMsSchema),
    unit: Type.Optional(Type.String({ maxLength: 32 })),
    source: Type.Optional(MetricSourceSchema),
    dispersion: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 1000,
        description: 'Variance of counts as a multiple of independent events; default: 1 for reports, 4 otherwise.',
      }),
    ),
    covariate: Type.Optional(
      Type.Object(
        {
          coefficient: Type.Number({ minimum: -1e9, maximum: 1e9, description: 'Cov(Y, X) / Var(X) of the past.' }),
          mean: Type.Number({ minimum: -1e15, maximum: 1e15, description: 'Mean of X in the past.' }),
        },
        { ...exact, description: 'Adjusts a value by what was known of its units before (CUPED).' },
      ),
    ),
    settling: Type.Optional(
      Type.Object(
        {
          withinMs: Type.Integer({ minimum: 60_000, maximum: 7 * 24 * HOUR_MS, description: 'Time after each raise.' }),
          upTo: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              exclusiveMaximum: 1,
              description: 'Larger harm does not wait. Default: 0.15.',
            }),
          ),
        },
        {
          ...exact,
          description: 'Harm of a value soon after a raise holds, and takes the rollout back only if it lasts.',
        },
      ),
    ),
  },
  exact,
);

/** How new units are divided among several treatments. */
const AllocationInputSchema = Type.Object(
  {
    policy: Type.Enum(['fixed', 'adaptive'], {
      description: 'fixed: by the splits; adaptive: the likelier a treatment is the best, the more new units it gets.',
    }),
    objectives: Type.Optional(
      Type.Array(
        Type.Object(
          {
            metric: NameSchema,
            importance: Type.Optional(
              Type.Number({
                exclusiveMinimum: 0,
                maximum: 1000,
                description: 'Weight of its relative change; default: 1.',
              }),
            ),
          },
          exact,
        ),
        { minItems: 1, maxItems: 5, description: 'Default: the objectives among the metrics.' },
      ),
    ),
    floor: Type.Optional(
      Type.Integer({
        minimum: 1_000,
        maximum: 50_000,
        description: 'Least share of new units for each treatment. Default: 5 000 (5 %).',
      }),
    ),
    maxMove: Type.Optional(
      Type.Integer({
        minimum: 1_000,
        maximum: 100_000,
        description: 'Most that a share moves from one split to the next. Default: 10 000 (10 points).',
      }),
    ),
    epochMs: Type.Optional({ ...DurationMsSchema, description: 'Least time between two splits. Default: 900 000.' }),
    minUnits: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000_000,
        description: 'Units of each treatment at a coverage before another split. Default: 100.',
      }),
    ),
    alpha: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 0.5,
        description: 'Chance of ever calling a treatment the best that is not. Default: 0.05.',
      }),
    ),
    onBest: Type.Optional(
      Type.Enum(['winnerTakesNew', 'advise'], {
        description: 'What follows when the best is known. Default: winnerTakesNew.',
      }),
    ),
    byAttribute: Type.Optional(
      Type.Object(
        {
          attribute: Type.String({ pattern: '^[^=\\u0000-\\u001f]{1,64}$' }),
          isFixedPerUnit: Type.Literal(true, {
            description:
              'Your word that a unit always comes with the same value: another value may bring another variant.',
          }),
        },
        {
          ...exact,
          description:
            'The one attribute, among the segments, whose values may get splits of their own. Default: none.',
        },
      ),
    ),
  },
  exact,
);

/** A rollout as a person asks for it; what is left out gets the default that the description names. */
export const RolloutInputSchema = Type.Object(
  {
    rollout: NameSchema,
    flag: KeySchema,
    control: KeySchema,
    treatments: Type.Array(
      Type.Object({ variant: KeySchema, split: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })) }, exact),
      { minItems: 1, maxItems: 10, description: 'Splits must sum to 100 000; without splits: equal shares.' },
    ),
    audience: Type.Optional(
      Type.Unknown({ description: 'JsonLogic condition; default: everybody served the control.' }),
    ),
    bucketBy: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Default: targetingKey.' })),
    salt: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Default: "<flag>/<rollout>/".' })),
    stages: Type.Optional(
      Type.Array(Type.Object({ coverage: ShareSchema, dwellMs: DurationMsSchema }, exact), {
        minItems: 1,
        maxItems: 50,
        description: 'Default: 1, 5, 20, 50 % for half an hour each, then full coverage less the holdback.',
      }),
    ),
    holdback: Type.Optional(Type.Integer({ minimum: 0, maximum: 50_000, description: 'Default: 5 000 (5 %).' })),
    bakeMs: Type.Optional(DurationMsSchema),
    windowMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: HOUR_MS, description: 'Default: 10 000.' })),
    attributionMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: HOUR_MS, description: 'Default: 30 000; longer than your slowest request.' }),
    ),
    burnInMs: Type.Optional(DurationMsSchema),
    alpha: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 0.5, description: 'Default: 0.01.' })),
    minExposures: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Default: 100.' })),
    patienceMs: Type.Optional(DurationMsSchema),
    onInconclusive: Type.Optional(Type.Enum(['proceed', 'hold'])),
    maxStepFactor: Type.Optional(Type.Number({ exclusiveMinimum: 1, maximum: 100, description: 'Default: 6.' })),
    nonInferiorityMargin: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 10, description: 'Default: 0.25.' }),
    ),
    riskBudget: Type.Optional(
      Type.Union([
        Type.Null(),
        Type.Object({ metric: NameSchema, badEvents: Type.Number({ exclusiveMinimum: 0, maximum: 1e12 }) }, exact),
      ]),
    ),
    onSampleRatioMismatch: Type.Optional(Type.Enum(['hold', 'rollback'])),
    riskModel: Type.Optional(
      Type.Enum(['off', 'hold', 'rollback'], {
        description: 'What an alarm of the risk model may do. Default: off.',
      }),
    ),
    beyondHalf: Type.Optional(
      Type.Enum(['evidence', 'evidence-or-model'], {
        description: 'Whether a low risk score may stand in for proof beyond one half. Default: evidence.',
      }),
    ),
    rampPolicy: Type.Optional(
      Type.Enum(['schedule', 'learned'], {
        description:
          'Who sets the pace inside the permitted actions: the plan, or a learned policy, once for each generation. Default: schedule.',
      }),
    ),
    appetite: Type.Optional(
      Type.Union([Type.Enum(['careful', 'balanced', 'fast']), AppetiteFactorsSchema], {
        description: 'How much a learned policy minds harm against waiting, or factors of your own. Default: balanced.',
      }),
    ),
    shortestDwellMs: Type.Optional({
      ...DurationMsSchema,
      description:
        'From so long on a low risk score, or a quick learned pace, may end a stage early. Default: dwells are kept to.',
    }),
    secondLook: Type.Optional(
      Type.Boolean({
        description:
          'Beyond one half, whether it goes back to one half for a second look where it does not look harmless after all. Default: false.',
      }),
    ),
    allocation: Type.Optional(AllocationInputSchema),
    segments: Type.Optional(
      Type.Array(Type.String({ pattern: '^[^=\\u0000-\\u001f]{1,64}$' }), {
        maxItems: 4,
        uniqueItems: true,
        description: 'Attributes whose values are watched one by one, such as "country". Default: none.',
      }),
    ),
    startAt: Type.Optional({ ...InstantSchema, description: 'It cannot be started before this instant.' }),
    dependsOn: Type.Optional(
      Type.Array(NameSchema, {
        maxItems: 20,
        uniqueItems: true,
        description: 'Rollouts that have to complete before this one starts or goes on.',
      }),
    ),
    exclusionGroup: Type.Optional({
      ...NameSchema,
      description: 'At most one rollout of a group is in progress at a time.',
    }),
    approvals: Type.Optional(ApprovalsSchema),
    metrics: Type.Optional(
      Type.Array(MetricInputSchema, {
        minItems: 1,
        maxItems: 20,
        description: 'Default: guardrails "errors" and "latency".',
      }),
    ),
  },
  exact,
);

/** A rollout as a person asks for it. */
export type RolloutInput = Static<typeof RolloutInputSchema>;

/** A metric as a person declares it. */
export type MetricInput = Static<typeof MetricInputSchema>;

const WORD = { owner: Type.String(), reason: Type.String(), untilMs: TimestampMsSchema };

/** What people have said beside the plan. */
const SteeringSchema = Type.Object({
  mode: Type.Enum(['off', 'advise', 'automatic']),
  pin: Type.Union([Type.Null(), Type.Object(WORD)]),
  overrides: Type.Immutable(Type.Array(Type.Object({ metric: NameSchema, ...WORD }))),
  votes: Type.Optional(
    Type.Immutable(
      Type.Array(
        Type.Object({
          vote: Type.Enum(['approve', 'decline']),
          beyond: ShareSchema,
          generation: Type.Integer(),
          ...WORD,
          atMs: TimestampMsSchema,
        }),
      ),
    ),
  ),
});

const SplitSchema = Type.Immutable(Type.Array(ShareSchema));

/** How units were admitted so far, where splits may differ among them. */
const AdmissionSchema = Type.Object({
  layers: Type.Immutable(
    Type.Array(
      Type.Object({
        through: ShareSchema,
        split: SplitSchema,
        splits: Type.Optional(Type.Record(Type.String(), SplitSchema)),
      }),
    ),
  ),
  withdrawn: Type.Immutable(Type.Array(KeySchema)),
  tree: Type.Optional(
    Type.Object({
      attribute: Type.String(),
      leaves: Type.Immutable(
        Type.Array(Type.Object({ leaf: Type.String(), values: Type.Immutable(Type.Array(Type.String())) })),
      ),
    }),
  ),
});

/** A rollout as the API shows it. */
export const RolloutSchema = Type.Object({
  definition: Type.Object({ rollout: NameSchema, flag: KeySchema }, { additionalProperties: true }),
  state: Type.Object({
    phase: Type.Enum(['draft', 'running', 'paused', 'completed', 'rolledBack']),
    generation: Type.Integer(),
    revision: RevisionSchema,
    coverage: ShareSchema,
    coverageSinceMs: TimestampMsSchema,
    startedAtMs: Type.Union([Type.Null(), TimestampMsSchema]),
    isArchived: Type.Boolean(),
    steering: Type.Optional(SteeringSchema),
    admission: Type.Optional(AdmissionSchema),
  }),
});
