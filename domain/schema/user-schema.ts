import { Type } from 'typebox';
import { ROLES } from '../index.ts';

/** What a person signs in with: an e-mail address or a name. */
export const UserNameSchema = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$' });

/** A password that is set; longer than what anybody guesses, shorter than what is costly to hash. */
export const NewPasswordSchema = Type.String({ minLength: 12, maxLength: 200 });

/** Roles by environment; "*" is all of them. */
export const RolesSchema = Type.Record(
  Type.String({ pattern: '^(\\*|[a-z0-9][a-z0-9._-]{0,99})$' }),
  Type.Array(Type.Enum([...ROLES]), { maxItems: 5, uniqueItems: true }),
  { maxProperties: 200 },
);
