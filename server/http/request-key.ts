import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { canonicalJson, Problem, type RequestKey, type Rollout, type Scope, type Storage } from '../../domain/index.ts';

/** What tells a request that is repeated from another one; undefined when it has no Idempotency-Key. */
export function requestKeyOf(request: FastifyRequest): RequestKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key))
    throw new Problem('invalidRequest', 'Idempotency-Key must be 1 to 128 printable characters without spaces');
  const { method, params, body, routeOptions } = request;
  const asked = canonicalJson({ method, route: routeOptions.url, params, body: body ?? null });
  return { key, sha256: createHash('sha256').update(asked).digest('hex') };
}

/** The answer that the same request was given before, if any; Problem `requestRepeated` when its key belongs to another. */
export async function answeredBefore(
  { rollouts }: Pick<Storage, 'rollouts'>,
  scope: Scope,
  request: RequestKey | undefined,
): Promise<Rollout | undefined> {
  const answered = request && (await rollouts.readAnswer(scope, request.key));
  if (answered === undefined || answered.sha256 === request?.sha256) return answered?.rollout;
  throw new Problem('requestRepeated', `"${answered.key}" came with another request, about another thing or body`);
}
