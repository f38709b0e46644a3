import type { LearningStorage } from '../../domain/index.ts';

/** What the actors of a tenant are called by: the names of its keys, revoked ones too, and of its people. */
export async function readActorNames(
  { keys, users }: Pick<LearningStorage, 'keys' | 'users'>,
  tenant: string,
): Promise<ReadonlyMap<string, string>> {
  return new Map<string, string>([
    ...(await keys.listKeys(tenant)).map((key) => [`key:${key.keyId}`, key.name] as const),
    ...(await users.listUsers(tenant)).map((user) => [`user:${user.user}`, user.displayName] as const),
  ]);
}
