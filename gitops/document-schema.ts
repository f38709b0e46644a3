import { type Static, Type } from 'typebox';
import {
  EnvironmentSettingsSchema,
  KeySchema,
  MetricInputSchema,
  NameSchema,
  RolloutInputSchema,
} from '../domain/schema/index.ts';

const exact = { additionalProperties: false } as const;

/** A flag, its definition in flagd's format beside its key. */
const FlagDocument = Type.Object(
  {
    type: Type.Literal('flag'),
    flag: KeySchema,
    state: Type.Enum(['ENABLED', 'DISABLED']),
    variants: Type.Record(Type.String(), Type.Unknown(), { minProperties: 1 }),
    defaultVariant: Type.Optional(Type.Union([Type.Null(), Type.String()])),
    targeting: Type.Optional(Type.Unknown({ description: "JsonLogic with flagd's operators." })),
    metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { ...exact, title: 'flag' },
);

/** Shared rules, flagd's `$evaluators`. */
const RulesDocument = Type.Object(
  {
    type: Type.Literal('rules'),
    rules: Type.Record(Type.String(), Type.Unknown(), { description: 'By the name that {"$ref": …} refers to.' }),
  },
  { ...exact, title: 'rules' },
);

const SettingsDocument = Type.Object(
  { type: Type.Literal('settings'), ...EnvironmentSettingsSchema.properties },
  { ...exact, title: 'settings' },
);

/** A metric that rollouts refer to by name. */
const MetricDocument = Type.Object(
  { type: Type.Literal('metric'), ...MetricInputSchema.properties },
  { ...exact, title: 'metric' },
);

const {
  rollout,
  flag,
  control,
  treatments,
  audience,
  bucketBy,
  salt,
  metrics: _own,
  ...pace
} = RolloutInputSchema.properties;

const MetricsSchema = Type.Optional(
  Type.Array(Type.Union([NameSchema, MetricInputSchema]), {
    minItems: 1,
    maxItems: 20,
    description: 'Metrics, or names of metric documents.',
  }),
);

/** What several rollouts have in common: pace, limits and metrics. */
const PolicyDocument = Type.Object(
  { type: Type.Literal('policy'), policy: NameSchema, ...pace, metrics: MetricsSchema },
  { ...exact, title: 'policy' },
);

const RolloutDocument = Type.Object(
  {
    type: Type.Literal('rollout'),
    rollout,
    flag,
    control,
    treatments,
    audience,
    bucketBy,
    salt,
    ...pace,
    metrics: MetricsSchema,
    policy: Type.Optional(NameSchema),
    start: Type.Optional(Type.Boolean({ description: 'Start it once it is there; default: it stays a draft.' })),
  },
  { ...exact, title: 'rollout' },
);

/** A flag definition file as flagd has it. */
const FlagSetDocument = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    flags: Type.Record(Type.String(), Type.Unknown()),
    $evaluators: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { ...exact, title: 'flagd' },
);

/** Documents by their type; one without a type is a flag set of flagd. */
export const DOCUMENT_SCHEMAS = {
  flag: FlagDocument,
  rules: RulesDocument,
  settings: SettingsDocument,
  metric: MetricDocument,
  policy: PolicyDocument,
  rollout: RolloutDocument,
  flagd: FlagSetDocument,
} as const;

/** The types that a document may have. */
export type DocumentType = keyof typeof DOCUMENT_SCHEMAS;

/** A document of one type. */
export type DocumentOf<Name extends DocumentType> = Static<(typeof DOCUMENT_SCHEMAS)[Name]>;

/** The JSON Schema of one document, for editors. */
export const DOCUMENT_JSON_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A document for `rampwright apply`',
  anyOf: Object.values(DOCUMENT_SCHEMAS),
} as const;
