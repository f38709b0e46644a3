import { type Static, Type } from 'typebox';

const exact = { additionalProperties: false } as const;

const RangeSchema = Type.Tuple([Type.Number(), Type.Number()]);

/** A number, or a range from which each world draws its own. */
export const QuantitySchema = Type.Union([
  Type.Number(),
  Type.Object({ uniform: RangeSchema }, exact),
  Type.Object({ logUniform: RangeSchema }, exact),
]);

const ShapeSchema = Type.Union([
  Type.Object({ kind: Type.Literal('step') }, exact),
  Type.Object({ kind: Type.Literal('creep'), overHours: QuantitySchema }, exact),
  Type.Object({ kind: Type.Literal('leak'), overHours: QuantitySchema }, exact),
  Type.Object({ kind: Type.Literal('bursts'), lastMinutes: QuantitySchema, everyMinutes: QuantitySchema }, exact),
  Type.Object({ kind: Type.Literal('decay'), minutes: QuantitySchema }, exact),
]);

const EffectSchema = Type.Object(
  {
    metric: Type.Enum(['errors', 'slow', 'latency', 'conversion', 'revenue', 'business', 'traffic']),
    factor: Type.Optional(QuantitySchema),
    add: Type.Optional(QuantitySchema),
    arm: Type.Optional(Type.Enum(['treatment', 'control', 'both'])),
    onsetHours: Type.Optional(QuantitySchema),
    durationHours: Type.Optional(QuantitySchema),
    since: Type.Optional(Type.Enum(['start', 'step'])),
    shape: Type.Optional(Type.Union([ShapeSchema, Type.Array(ShapeSchema, { minItems: 1 })])),
    aboveCoverage: Type.Optional(QuantitySchema),
    segmentShare: Type.Optional(RangeSchema),
    event: Type.Optional(Type.String({ minLength: 1 })),
  },
  exact,
);

const FaultSchema = Type.Object(
  {
    kind: Type.Enum(['lostExposures', 'lostErrors', 'outage', 'skew', 'duplicates']),
    share: Type.Optional(QuantitySchema),
    minutes: Type.Optional(QuantitySchema),
    onsetHours: Type.Optional(QuantitySchema),
    durationHours: Type.Optional(QuantitySchema),
  },
  exact,
);

const quantities = <Name extends string>(names: readonly Name[]) =>
  Type.Object(
    Object.fromEntries(names.map((name) => [name, Type.Optional(QuantitySchema)])) as Record<
      Name,
      ReturnType<typeof Type.Optional<typeof QuantitySchema>>
    >,
    exact,
  );

/** What a service is usually like. */
const BASE_QUANTITIES = [
  'requestsPerMinute',
  'errorRate',
  'slowRate',
  'medianMs',
  'latencySigma',
  'armNoise',
  'userCorrelation',
  'requestsPerUser',
  'conversionRate',
  'revenueSigma',
  'segments',
] as const;

/** What telemetry usually does to a window. */
const TELEMETRY_QUANTITIES = ['delaySeconds', 'lateShare', 'missingShare', 'duplicateShare'] as const;

/** A kind of world, as people write it down. */
export const ScenarioSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$' }),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    kind: Type.Enum(['harmful', 'benign', 'dataFault']),
    tickMs: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 3_600_000 })),
    horizonHours: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 336 })),
    base: Type.Optional(quantities(BASE_QUANTITIES)),
    telemetry: Type.Optional(quantities(TELEMETRY_QUANTITIES)),
    effects: Type.Optional(Type.Array(EffectSchema, { maxItems: 20 })),
    faults: Type.Optional(
      Type.Array(Type.Union([FaultSchema, Type.Array(FaultSchema, { minItems: 1 })]), { maxItems: 10 }),
    ),
  },
  exact,
);

/** A kind of world: what is usual there, what the change does, and what goes wrong with telemetry. */
export type Scenario = Static<typeof ScenarioSchema>;

/** A number or a range. */
export type Quantity = Static<typeof QuantitySchema>;

/** What the change, or something that happens at the same time, does to one metric. */
export type ScenarioEffect = Static<typeof EffectSchema>;

/** How an effect goes up and down over time. */
export type EffectShape = Static<typeof ShapeSchema>;

/** Something that telemetry does from some moment on. */
export type ScenarioFault = Static<typeof FaultSchema>;
