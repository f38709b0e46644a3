import { Compile } from 'typebox/compile';
import type { RolesByEnvironment } from '../../../domain/index.ts';
import { UserNameSchema } from '../../../domain/schema/index.ts';
import { type Claims, type RoleRules, rolesOfClaims } from './roles-of-claims.ts';

const userName = Compile(UserNameSchema);

const MAX_DISPLAY_NAME = 100;

/** A person as their provider describes them. */
export interface ClaimedPerson {
  /** What they would be called here; null: no claim gives a name that a user may have. */
  readonly user: string | null;
  /** What to call them; null: the provider does not say. */
  readonly displayName: string | null;
  /** Empty: nothing is open to them. */
  readonly roles: RolesByEnvironment;
}

/** Who somebody is to Rampwright, from the claims of their provider and what the operator made of its groups. */
export function personOfClaims(claims: Claims, rules: RoleRules): ClaimedPerson {
  const { name } = claims;
  const shown = typeof name === 'string' ? [...name.trim()].slice(0, MAX_DISPLAY_NAME).join('') : '';
  return { user: nameOf(claims), displayName: shown || null, roles: rolesOfClaims(claims, rules) };
}

/**
 * The verified e-mail address in lower case, else the preferred user name, else the subject: the first that may be a name.
 *
 * Where people choose the preferred name themselves, it could be somebody's address: it counts as unverified, too.
 */
function nameOf({ email, email_verified: isVerified, preferred_username: preferred, sub }: Claims): string | null {
  const isForeign = isVerified === false && typeof preferred === 'string' && preferred.includes('@');
  const candidates = [
    isVerified === true && typeof email === 'string' ? email.toLowerCase() : null,
    isForeign ? null : preferred,
    sub,
  ];
  return candidates.find((name): name is string => userName.Check(name)) ?? null;
}
