import type { FastifyRequest } from 'fastify';
import { Problem } from '../../domain/index.ts';
import { requireKey } from './access.ts';

/** Problems `forbidden` and `invalidRequest` unless the key may override a freeze, and says why. */
export function requireOverride(request: FastifyRequest, reason: string | undefined): void {
  const { scopes } = requireKey(request);
  if (!scopes.includes('override')) {
    const has = scopes.join(', ');
    throw new Problem('forbidden', `"overrideFreeze" needs the scope "override" too; the key has: ${has}`);
  }
  if (reason === undefined || reason.trim() === '') {
    throw new Problem('invalidRequest', 'overrideFreeze needs a reason', [
      { path: '/reason', message: 'is missing: it goes into the audit' },
    ]);
  }
}
