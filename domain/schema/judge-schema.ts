import { type Static, Type } from 'typebox';
import { KeySchema, NameSchema, TimestampMsSchema } from './names.ts';
import { VariantWindowSchema } from './report-schema.ts';
import { MetricInputSchema } from './rollout-schema.ts';

const exact = { additionalProperties: false } as const;
const DAY_MS = 86_400_000;

/** Most windows in one judgement. */
export const MAX_JUDGED_WINDOWS = 2_000;

const CountSchema = VariantWindowSchema.properties.units;
const SelectorSchema = Type.String({ minLength: 1, maxLength: 2000 });
const { source: _source, ...metricProperties } = MetricInputSchema.properties;

const JudgedVariantSchema = Type.Object(
  {
    units: Type.Optional(CountSchema),
    newUnits: Type.Optional(CountSchema),
    requests: Type.Optional(CountSchema),
    metrics: VariantWindowSchema.properties.metrics,
  },
  { ...exact, description: 'units: by default the most exposures of any metric; newUnits: by default all units.' },
);

const JudgedWindowSchema = Type.Object(
  { startMs: TimestampMsSchema, endMs: TimestampMsSchema, variants: Type.Record(KeySchema, JudgedVariantSchema) },
  exact,
);

const PulledSchema = Type.Object(
  {
    variantLabel: Type.String({
      pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$',
      description: 'Label whose value is the name of control or of a treatment.',
    }),
    selectors: Type.Record(
      NameSchema,
      Type.Object(
        {
          exposures: Type.Optional(SelectorSchema),
          events: Type.Optional(SelectorSchema),
          buckets: Type.Optional(SelectorSchema),
          bucketUnitMs: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: DAY_MS })),
        },
        exact,
      ),
      { description: 'By metric: exposures and events of a rate, buckets of a duration.' },
    ),
    from: Type.Optional(
      Type.Union([TimestampMsSchema, Type.String({ minLength: 1, maxLength: 64 })], {
        description: 'Start of the analysis: RFC 3339, or milliseconds since 1970.',
      }),
    ),
    lookbackMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 * DAY_MS, description: 'Instead of "from".' })),
    stepMs: Type.Optional(
      Type.Integer({ minimum: 10_000, maximum: DAY_MS, description: 'Length of a window; default: 60 000.' }),
    ),
    absenceMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: DAY_MS,
        description: 'A treatment that served nobody for so long begins a new analysis; default: none does.',
      }),
    ),
  },
  exact,
);

/** What is to be judged: windows, or where to pull them from, and by which rules; unknown things have a rollout's defaults. */
export const JudgeInputSchema = Type.Object(
  {
    control: KeySchema,
    treatments: Type.Optional(
      Type.Array(KeySchema, {
        minItems: 1,
        maxItems: 10,
        uniqueItems: true,
        description: 'Default: all other variants of the windows; to be named for Prometheus.',
      }),
    ),
    metrics: Type.Optional(
      Type.Array(Type.Object(metricProperties, exact), {
        minItems: 1,
        maxItems: 20,
        description: 'Default: those that the windows or selectors name.',
      }),
    ),
    counts: Type.Optional(
      Type.Enum(['requests', 'units'], {
        description: 'What exposures are: units counted once per window, or requests. Default: requests.',
      }),
    ),
    alpha: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 0.5, description: 'Default: 0.01.' })),
    nonInferiorityMargin: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 10, description: 'Default: 0.25.' }),
    ),
    burnInMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: DAY_MS, description: 'From the first sight of a treatment; default: 0.' }),
    ),
    minExposures: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Default: 100.' })),
    shares: Type.Optional(
      Type.Record(KeySchema, Type.Integer({ minimum: 1, maximum: 99_999 }), {
        description: 'Intended shares out of 100 000, by variant, for the sample ratio; needs counts "units".',
      }),
    ),
    windows: Type.Optional(Type.Array(JudgedWindowSchema, { minItems: 1, maxItems: MAX_JUDGED_WINDOWS })),
    prometheus: Type.Optional(PulledSchema),
  },
  exact,
);

/** What is to be judged. */
export type JudgeInput = Static<typeof JudgeInputSchema>;

/** What Flagger sends to a webhook; `metadata.request` holds the JSON of what is to be judged. */
export const FlaggerHookSchema = Type.Object({
  name: Type.String({ maxLength: 256 }),
  namespace: Type.String({ maxLength: 256 }),
  phase: Type.String({ maxLength: 64 }),
  checksum: Type.Optional(Type.String({ maxLength: 256 })),
  metadata: Type.Object(
    { request: Type.String({ minLength: 2, maxLength: 100_000 }) },
    { additionalProperties: Type.String() },
  ),
});

/** A judgement: the summary for programs that look at one thing, and everything that it rests on. */
export const JudgementSchema = Type.Object(
  {
    summary: Type.Object({
      verdict: Type.Enum(['pass', 'fail', 'inconclusive', 'noData']),
      evidenceLog10: Type.Number({ description: 'Of harm, all guardrails together, at its highest.' }),
      lineLog10: Type.Number({ description: 'From here on the verdict is fail.' }),
      reason: Type.String({ description: 'The first of the reasons.' }),
    }),
    windows: Type.Object({
      count: Type.Integer(),
      fromMs: Type.Union([Type.Null(), TimestampMsSchema]),
      throughMs: Type.Union([Type.Null(), TimestampMsSchema]),
    }),
    reasons: Type.Array(
      Type.Object({ code: Type.String(), message: Type.String(), releasedBy: Type.Optional(Type.String()) }),
    ),
    notes: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
    treatments: Type.Array(Type.Unknown({ description: 'As in the assessment of a decision.' })),
    sampleRatio: Type.Union([
      Type.Null(),
      Type.Object({
        log10: Type.Number(),
        lineLog10: Type.Number(),
        mismatchAtMs: Type.Union([Type.Null(), TimestampMsSchema]),
      }),
    ]),
    incidents: Type.Array(Type.Unknown()),
    observed: Type.Array(Type.Unknown()),
  },
  exact,
);

/** A judgement as the API shows it. */
export type JudgementAnswer = Static<typeof JudgementSchema>;
