import { Problem, type Scope } from '../../domain/index.ts';
import type { Dependencies } from './dependencies.ts';

/** Problem `quotaReached` when the tenant has as many rollouts in progress as it may have. */
export async function requireRoom({ quotas, storage }: Dependencies, { tenant }: Scope): Promise<void> {
  const { rollouts } = quotas.of(tenant);
  if (rollouts === null) return;
  const inProgress = await storage.tenants.countInProgress(tenant);
  if (inProgress >= rollouts)
    throw new Problem('quotaReached', `${inProgress} rollouts are in progress, of ${rollouts} that may be`);
}
