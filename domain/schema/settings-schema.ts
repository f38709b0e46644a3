import { Type } from 'typebox';
import { KeySchema, NameSchema } from './names.ts';

const exact = { additionalProperties: false } as const;
/** An instant in ISO 8601, with its offset from UTC. */
export const InstantSchema = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})$',
  description: 'An instant such as 2026-12-24T18:00:00Z.',
});

const FreezeSchema = Type.Object(
  {
    name: NameSchema,
    reason: Type.String({ minLength: 1, maxLength: 1000 }),
    from: Type.Optional(InstantSchema),
    until: Type.Optional(InstantSchema),
    weekly: Type.Optional(
      Type.Object(
        {
          days: Type.Array(Type.Enum(['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']), {
            minItems: 1,
            maxItems: 7,
            uniqueItems: true,
            description: 'Days on which it begins.',
          }),
          from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'Local time such as 16:00.' }),
          to: Type.String({
            pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
            description: 'Local time; not after "from": on the next day.',
          }),
          timeZone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA name such as Europe/Berlin.' }),
        },
        exact,
      ),
    ),
    flags: Type.Optional(Type.Array(KeySchema, { maxItems: 100, description: 'Only rollouts of these flags.' })),
    rollouts: Type.Optional(Type.Array(NameSchema, { maxItems: 100, description: 'Only these rollouts.' })),
  },
  exact,
);

/** Coverages that are not passed without approval. */
export const ApprovalsSchema = Type.Array(
  Type.Object(
    {
      beyond: Type.Integer({
        minimum: 0,
        maximum: 99_999,
        description: 'Coverage out of 100 000 that is not passed before; 0: it does not start before.',
      }),
      approvers: Type.Optional(Type.Integer({ minimum: 1, maximum: 10, description: 'How many. Default: 1.' })),
    },
    exact,
  ),
  { maxItems: 10, description: 'Coverages that are not passed before people approve. Default: none.' },
);

/** Settings of an environment; what is left out goes back to its default. */
export const EnvironmentSettingsSchema = Type.Object(
  {
    bucketing: Type.Optional(
      Type.Enum(['murmur3', 'murmur3-cbor'], { description: 'Default: murmur3, as flagd does.' }),
    ),
    staticContext: Type.Optional(
      Type.Record(Type.String({ maxLength: 256 }), Type.Unknown(), {
        maxProperties: 100,
        description: 'Attributes of every evaluation; they win over what the caller sends.',
      }),
    ),
    corsOrigins: Type.Optional(
      Type.Array(Type.String({ pattern: '^(\\*|https?://[^/\\s]+)$' }), {
        maxItems: 100,
        description: 'Origins of web pages that may evaluate; "*" for all.',
      }),
    ),
    freezes: Type.Optional(
      Type.Array(FreezeSchema, { maxItems: 100, description: 'When rollouts do not go forward; default: never.' }),
    ),
    approvals: Type.Optional(ApprovalsSchema),
    maxInProgress: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'So many rollouts at a time. Default: any number.' }),
    ),
    twoPersonRule: Type.Optional(
      Type.Boolean({
        description: 'Approvals of those who planned or started a rollout do not count. Default: false.',
      }),
    ),
  },
  { additionalProperties: false },
);
