import { BY_SERVER, type KeyScope, type LearningStorage } from '../domain/index.ts';
import { newToken, parseToken, type Token } from './api-keys.ts';
import { hashPassword, newPassword } from './passwords.ts';

/** Tenant and environment that a first start creates. */
export const FIRST_TENANT = 'default';
export const FIRST_ENVIRONMENT = 'production';

/** Who can sign in after a first start. */
export const FIRST_USER = 'admin';

/** The first key is for the first tenant, and for making others. */
const FIRST_SCOPES: readonly KeyScope[] = ['admin', 'platform'];

/** What a start created. */
export interface Bootstrap {
  /** The admin token made by this start, to be shown once; null when there is one already. */
  readonly adminToken: string | null;
  /** The password of the user "admin" made by this start, to be shown once; null when there was somebody already. */
  readonly adminPassword: string | null;
}

/**
 * Makes an empty database usable: an environment, an admin key, and a user who may do everything in the first tenant.
 *
 * An operator's own key is added if it is new. Throws an Error when it does not have the form of a key.
 */
export async function bootstrap(storage: LearningStorage, adminKey: string | null): Promise<Bootstrap> {
  if ((await storage.tenants.readTenant(FIRST_TENANT)) === undefined)
    await storage.tenants.createTenant(FIRST_TENANT, BY_SERVER);
  const environments = await storage.flags.listEnvironments(FIRST_TENANT);
  if (environments.length === 0)
    await storage.flags.createEnvironment({ tenant: FIRST_TENANT, environment: FIRST_ENVIRONMENT });
  if (adminKey !== null) {
    await addAdminKey(storage, parseAdminKey(adminKey));
    return { adminToken: null, adminPassword: null };
  }
  if ((await storage.keys.listKeys(FIRST_TENANT)).length > 0) return { adminToken: null, adminPassword: null };
  const made = newToken(FIRST_SCOPES);
  await addAdminKey(storage, made);
  return { adminToken: made.token, adminPassword: await addAdmin(storage) };
}

/** The first person, who makes all others; where an operator chose a key, it makes people. */
async function addAdmin(storage: LearningStorage): Promise<string> {
  const password = newPassword();
  await storage.users.createUser(
    {
      tenant: FIRST_TENANT,
      user: FIRST_USER,
      displayName: 'Administrator',
      roles: { '*': ['admin'] },
      passwordHash: await hashPassword(password),
    },
    BY_SERVER,
  );
  return password;
}

function parseAdminKey(adminKey: string): Token {
  const parsed = parseToken(adminKey);
  if (parsed !== undefined) return parsed;
  throw new Error(
    'RAMPWRIGHT_ADMIN_KEY does not have the form rw_adm_<12 letters or digits>_<43 base64url characters>; leave it out and the first start makes one',
  );
}

async function addAdminKey(storage: LearningStorage, { keyId, secretHash }: Token): Promise<void> {
  const known = (await storage.keys.listKeys(FIRST_TENANT)).some((key) => key.keyId === keyId);
  if (known) return;
  await storage.keys.createKey({
    keyId,
    tenant: FIRST_TENANT,
    environment: null,
    name: 'first admin key',
    scopes: FIRST_SCOPES,
    secretHash,
  });
}
