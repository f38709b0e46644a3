import { Type } from 'typebox';
import { MAX_SEGMENTS_PER_WINDOW } from '../index.ts';
import { KeySchema, NameSchema, ShareSchema, TimestampMsSchema } from './names.ts';

const exact = { additionalProperties: false } as const;
const CountSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const SegmentSchema = Type.String({ pattern: '^[^=\\u0000-\\u001f]{1,64}=[^\\u0000-\\u001f]{0,128}$' });
const LeafSchema = Type.String({ pattern: '^([AB]{1,2}|rest)$' });
const AmountSchema = Type.Number({ minimum: -1e15, maximum: 1e15 });

const MetricWindowSchema = Type.Union([
  Type.Object({ kind: Type.Literal('rate'), exposures: CountSchema, events: CountSchema }, exact),
  Type.Object(
    {
      kind: Type.Literal('duration'),
      exposures: CountSchema,
      bins: Type.Record(Type.String({ pattern: '^-?[0-9]{1,3}$' }), CountSchema),
    },
    exact,
  ),
  Type.Object(
    {
      kind: Type.Literal('value'),
      exposures: CountSchema,
      sum: AmountSchema,
      sumOfSquares: Type.Number({ minimum: 0, maximum: 1e30 }),
      nonZero: Type.Optional(CountSchema),
      covariate: Type.Optional(
        Type.Object(
          {
            sum: AmountSchema,
            sumOfSquares: Type.Number({ minimum: 0, maximum: 1e30 }),
            sumOfProducts: Type.Number({ minimum: -1e30, maximum: 1e30 }),
          },
          exact,
        ),
      ),
    },
    exact,
  ),
]);

const MetricWindowsSchema = Type.Record(NameSchema, MetricWindowSchema);

const VariantPartSchema = Type.Object(
  {
    units: CountSchema,
    newUnits: CountSchema,
    requests: CountSchema,
    metrics: MetricWindowsSchema,
    segments: Type.Optional(
      Type.Record(SegmentSchema, MetricWindowsSchema, {
        maxProperties: MAX_SEGMENTS_PER_WINDOW,
        description: 'The same metrics by segment, such as "country=DE"; attributes as the rollout declares them.',
      }),
    ),
  },
  exact,
);

/** What one variant showed in one window, under one allocation. */
export const VariantWindowSchema = Type.Object(
  {
    ...VariantPartSchema.properties,
    leaves: Type.Optional(
      Type.Record(LeafSchema, VariantPartSchema, {
        description:
          'The same by leaf of the rollout\'s tree, "rest" for units in none; where leaves have splits of their own.',
      }),
    ),
  },
  exact,
);

/** Most rows in one report; a source with more splits them. */
export const MAX_ROWS_PER_REPORT = 500;

/** What a source sends: windows of sufficient statistics, never raw events. */
export const MetricReportSchema = Type.Object(
  {
    source: Type.String({
      minLength: 1,
      maxLength: 128,
      pattern: '^[^\\u0000-\\u001f]+$',
      description: 'Who reports; a process has a name of its own.',
    }),
    epoch: Type.Integer({ minimum: 0, description: 'When the process started, in ms; a restart takes a larger one.' }),
    sequence: Type.Integer({ minimum: 0, description: '0, 1, 2, …; a repeated number counts once.' }),
    sentAtMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: "The source's clock when it sent the report; lets its clock be checked.",
      }),
    ),
    rows: Type.Array(
      Type.Object(
        {
          rollout: NameSchema,
          generation: Type.Integer({ minimum: 1 }),
          coverage: ShareSchema,
          variant: KeySchema,
          startMs: TimestampMsSchema,
          endMs: TimestampMsSchema,
          ...VariantWindowSchema.properties,
        },
        exact,
      ),
      { minItems: 1, maxItems: MAX_ROWS_PER_REPORT },
    ),
  },
  exact,
);
