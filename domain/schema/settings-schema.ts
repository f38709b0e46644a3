import { Type } from 'typebox';

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
  },
  { additionalProperties: false },
);
