import {
  type Authorship,
  BY_SERVER,
  canonicalJson,
  type Identity,
  Problem,
  type SignInRefusal,
  type User,
  type UserStore,
} from '../../domain/index.ts';
import type { ClaimedPerson } from './claims/person-of-claims.ts';

/** The user of a person who comes from a provider, and whether that user was changed; or why they do not get in. */
export interface Admission {
  /** The user as they are now; undefined where there is none. */
  readonly user: User | undefined;
  readonly isChanged: boolean;
  /** null: they are let in. */
  readonly refusal: SignInRefusal | null;
}

/** Makes the user of a person at their first sign-in, and brings name and roles up to date at every other one. */
export async function admitPerson(
  users: UserStore,
  tenant: string,
  identity: Identity,
  person: ClaimedPerson,
): Promise<Admission> {
  const by: Authorship = { ...BY_SERVER, reason: `sign-in over ${identity.issuer}` };
  const known = await users.findIdentity(tenant, identity);
  if (known !== undefined) return update(users, known, person, by);
  if (isWithoutRole(person)) return refused('noRole');
  if (person.user === null) return refused('noName');
  try {
    const { user, roles, displayName } = person;
    const made = { tenant, user, displayName: displayName ?? user, roles, passwordHash: null, identity };
    return { user: await users.createUser(made, by), isChanged: true, refusal: null };
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'userExists')) throw error;
    // The same person may have come in by another tab a moment ago; anybody else of this name stays who they are.
    const meanwhile = await users.findIdentity(tenant, identity);
    return meanwhile === undefined ? refused('nameTaken') : update(users, meanwhile, person, by);
  }
}

/** Who has lost all roles loses them here too, so that sessions elsewhere open nothing any more. */
async function update(users: UserStore, known: User, person: ClaimedPerson, by: Authorship): Promise<Admission> {
  if (known.isDisabled) return { user: known, isChanged: false, refusal: 'disabled' };
  const refusal = isWithoutRole(person) ? 'noRole' : null;
  const { roles } = person;
  const displayName = person.displayName ?? known.displayName;
  const isSame = canonicalJson({ roles, displayName }) === canonicalJson(pick(known));
  if (isSame) return { user: known, isChanged: false, refusal };
  const changed = await users.changeUser(known.tenant, known.user, { roles, displayName }, by);
  // Users are never removed, so there is one; a disabled one may have become so since.
  if (changed === undefined || changed.isDisabled) return { user: changed, isChanged: true, refusal: 'disabled' };
  return { user: changed, isChanged: true, refusal };
}

function pick({ roles, displayName }: User): Pick<User, 'roles' | 'displayName'> {
  return { roles, displayName };
}

function isWithoutRole({ roles }: ClaimedPerson): boolean {
  return Object.keys(roles).length === 0;
}

function refused(refusal: SignInRefusal): Admission {
  return { user: undefined, isChanged: false, refusal };
}
