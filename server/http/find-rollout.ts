import type { FastifyRequest } from 'fastify';
import { Problem, type Rollout, type Scope } from '../../domain/index.ts';
import { type Dependencies, knownScope } from './dependencies.ts';

/** The rollout named in the path; Problems `forbidden`, `environmentNotFound`, `rolloutNotFound`. */
export async function findRollout(
  deps: Dependencies,
  request: FastifyRequest,
  params: { readonly environment: string; readonly rollout: string },
): Promise<{ readonly scope: Scope; readonly rollout: Rollout }> {
  const scope = await knownScope(deps, request, params.environment);
  const rollout = await deps.storage.rollouts.readRollout(scope, params.rollout);
  if (rollout === undefined)
    throw new Problem('rolloutNotFound', `"${params.rollout}" in environment "${params.environment}"`);
  return { scope, rollout };
}
