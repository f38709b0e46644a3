import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Clock, Problem, type Quotas } from '../../domain/index.ts';
import type { TenantQuotas } from '../tenant-quotas.ts';
import { TokenBuckets } from './token-buckets.ts';

/** Quotas that are counted per second. */
type RateQuota = 'evaluationsPerSecond' | 'reportsPerSecond' | 'writesPerSecond';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The quota that a request uses up; absent: that of writes, unless it only reads. */
    quota?: Extract<keyof Quotas, RateQuota>;
  }
}

const WORDS: Readonly<Record<RateQuota, string>> = {
  evaluationsPerSecond: 'evaluations',
  reportsPerSecond: 'reports',
  writesPerSecond: 'writes',
};

/**
 * Holds every tenant to its quotas, whatever the number of its keys: 429 with Retry-After, and RateLimit headers on every
 * answer that a quota is for. On the root, after the keys were checked; each process counts for itself.
 */
export function limitTenants(app: FastifyInstance, quotas: TenantQuotas, clock: Clock): void {
  const buckets = new TokenBuckets(clock);
  app.addHook('onRequest', (request, reply, done) => {
    const quota = quotaOf(request);
    const tenant = request.apiKey?.tenant;
    const perSecond = quota === undefined || tenant === undefined ? null : quotas.of(tenant)[quota];
    if (perSecond === null) return done();
    const { waitMs, remaining } = buckets.take(`${quota} ${tenant}`, perSecond);
    reply
      .header('ratelimit-limit', perSecond)
      .header('ratelimit-remaining', remaining)
      .header('ratelimit-reset', Math.ceil(waitMs / 1000));
    if (waitMs === 0) return done();
    reply.header('retry-after', Math.ceil(waitMs / 1000));
    done(new Problem('tooManyRequests', `the tenant has used up its quota of ${WORDS[quota!]}, ${perSecond} a second`));
  });
}

/** What the platform does is never counted, or nobody could raise a quota of its own tenant again. */
function quotaOf({ method, routeOptions: { config } }: FastifyRequest): RateQuota | undefined {
  if (config.quota !== undefined || config.access === 'platform') return config.quota;
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? undefined : 'writesPerSecond';
}
