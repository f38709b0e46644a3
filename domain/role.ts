import type { KeyScope } from './ports.ts';

/** What a person may do in an environment, or in all of a tenant. */
export type Role = 'viewer' | 'editor' | 'releaser' | 'approver' | 'admin';

/** All roles, from the least to the most. */
export const ROLES: readonly Role[] = ['viewer', 'editor', 'releaser', 'approver', 'admin'];

/** Roles by environment; those under "*" hold in all, and for what is of the whole tenant. */
export type RolesByEnvironment = Readonly<Record<string, readonly Role[]>>;

const SCOPES: Readonly<Record<Role, readonly KeyScope[]>> = {
  viewer: ['read'],
  editor: ['read', 'edit'],
  releaser: ['read', 'edit', 'release'],
  approver: ['read', 'approve'],
  admin: ['admin', 'read', 'edit', 'release', 'approve', 'override'],
};

const EVERYWHERE = '*';

/** What roles allow in an environment; with null, in what is of the whole tenant. */
export function scopesOfRoles(roles: RolesByEnvironment, environment: string | null): readonly KeyScope[] {
  const here = environment === null ? [] : rolesIn(roles, environment);
  return [...new Set([...rolesIn(roles, EVERYWHERE), ...here].flatMap((role) => SCOPES[role]))];
}

/** Environments of a list in which roles allow anything at all. */
export function isOpenTo(roles: RolesByEnvironment, environment: string): boolean {
  return scopesOfRoles(roles, environment).length > 0;
}

function rolesIn(roles: RolesByEnvironment, environment: string): readonly Role[] {
  return Object.hasOwn(roles, environment) ? roles[environment]! : [];
}
