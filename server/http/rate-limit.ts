import type { FastifyInstance } from 'fastify';
import { type ApiKey, type Clock, Problem } from '../../domain/index.ts';
import { TokenBuckets } from './token-buckets.ts';

/** Client keys are public, so they get this part of what a key of a server gets. */
const CLIENT_SHARE = 0.2;

/** The limit of every key for itself. */
export class RateLimiter {
  readonly #requestsPerSecond: number;
  readonly #buckets: TokenBuckets;

  /** `requestsPerSecond` is for a key of a server; 0: no limit. */
  constructor(requestsPerSecond: number, clock: Clock) {
    this.#requestsPerSecond = requestsPerSecond;
    this.#buckets = new TokenBuckets(clock);
  }

  /** Takes one request from the key's bucket: 0 when it may pass, else the ms until the next one may. */
  take(key: ApiKey): number {
    if (this.#requestsPerSecond === 0) return 0;
    const perSecond = this.#requestsPerSecond * (key.scopes.includes('client') ? CLIENT_SHARE : 1);
    return this.#buckets.take(key.keyId, perSecond).waitMs;
  }
}

/** Answers 429 with Retry-After (whole seconds) to keys that ask too often; on the root, after the keys were checked. */
export function limitRates(app: FastifyInstance, limiter: RateLimiter): void {
  app.addHook('onRequest', (request, reply, done) => {
    const waitMs = request.apiKey === null ? 0 : limiter.take(request.apiKey);
    if (waitMs === 0) return done();
    reply.header('retry-after', Math.ceil(waitMs / 1000));
    done(new Problem('tooManyRequests', 'the key has used up its share for now'));
  });
}
