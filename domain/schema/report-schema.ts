import { Type } from 'typebox';
import { KeySchema, NameSchema, ShareSchema, TimestampMsSchema } from './names.ts';

const exact = { additionalProperties: false } as const;
const CountSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
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
    },
    exact,
  ),
]);

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
    rows: Type.Array(
      Type.Object(
        {
          rollout: NameSchema,
          generation: Type.Integer({ minimum: 1 }),
          coverage: ShareSchema,
          variant: KeySchema,
          startMs: TimestampMsSchema,
          endMs: TimestampMsSchema,
          units: CountSchema,
          newUnits: CountSchema,
          requests: CountSchema,
          metrics: Type.Record(NameSchema, MetricWindowSchema),
        },
        exact,
      ),
      { minItems: 1, maxItems: MAX_ROWS_PER_REPORT },
    ),
  },
  exact,
);
