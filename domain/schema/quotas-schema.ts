import { Type } from 'typebox';

const MAX = 1_000_000;
const PerSecond = Type.Union([Type.Null(), Type.Number({ minimum: 0.1, maximum: MAX })]);
const Count = Type.Union([Type.Null(), Type.Integer({ minimum: 0, maximum: MAX })]);

/** Quotas of a tenant; null: no limit. */
export const QuotasSchema = Type.Object(
  {
    evaluationsPerSecond: PerSecond,
    reportsPerSecond: PerSecond,
    writesPerSecond: PerSecond,
    streams: Count,
    rollouts: Count,
  },
  { additionalProperties: false },
);
