import { ROLES, type Role, type RolesByEnvironment } from '../../../domain/index.ts';

/** What a provider says of a person, by the names of OpenID Connect; nothing of it is trusted to have any form. */
export type Claims = Readonly<Record<string, unknown>>;

/** Which claim says what people may do, and what each of its values means. */
export interface RoleRules {
  readonly rolesClaim: string;
  readonly rolesByValue: Readonly<Record<string, RolesByEnvironment>>;
}

/** All roles that the values of the claim give, by environment, from the least to the most; `{}` when it gives none. */
export function rolesOfClaims(claims: Claims, { rolesClaim, rolesByValue }: RoleRules): RolesByEnvironment {
  const claim = Object.hasOwn(claims, rolesClaim) ? claims[rolesClaim] : [];
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  const given = values.flatMap((value) =>
    typeof value === 'string' && Object.hasOwn(rolesByValue, value) ? Object.entries(rolesByValue[value]!) : [],
  );
  const byEnvironment = new Map<string, Set<Role>>();
  for (const [environment, roles] of given)
    byEnvironment.set(environment, new Set([...(byEnvironment.get(environment) ?? []), ...roles]));
  return Object.fromEntries(
    [...byEnvironment]
      .filter(([, roles]) => roles.size > 0)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([environment, roles]) => [environment, ROLES.filter((role) => roles.has(role))]),
  );
}
