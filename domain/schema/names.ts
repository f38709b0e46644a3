import { Type } from 'typebox';

/** Name of an environment, rollout or metric: lower-case letters, digits, dot, dash, underscore; at most 63 characters. */
export const NameSchema = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]{0,62}$',
  description: 'Lower-case letters, digits, dots, dashes and underscores; at most 63 characters.',
});

/** Key of a flag or name of a variant: what flagd allows, without control characters; at most 256 characters. */
export const KeySchema = Type.String({
  minLength: 1,
  maxLength: 256,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  description: 'At most 256 characters, no control characters.',
});

/** A share of traffic as an integer out of 100 000. */
export const ShareSchema = Type.Integer({ minimum: 0, maximum: 100_000, description: 'Share out of 100 000.' });

/** Why somebody does something, for the history. */
export const ReasonTextSchema = Type.String({ maxLength: 1000, description: 'Why, for the history.' });

/** A number that goes up with every change; If-Match compares it. */
export const RevisionSchema = Type.Integer({
  minimum: 0,
  description: 'Goes up with every change; send it in If-Match.',
});

/** Milliseconds since 1970. */
export const TimestampMsSchema = Type.Integer({ minimum: 0, description: 'Milliseconds since 1970.' });
