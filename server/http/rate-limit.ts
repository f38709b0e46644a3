import type { FastifyInstance } from 'fastify';
import { type ApiKey, type Clock, Problem } from '../../domain/index.ts';

/** A bucket holds what its key may ask for within this time: short bursts pass, lasting ones do not. */
const BURST_SECONDS = 2;

/** Client keys are public, so they get this part of what a key of a server gets. */
const CLIENT_SHARE = 0.2;

/** Most keys remembered; above it the one that was seen first is forgotten, which only refills its bucket. */
const MAX_BUCKETS = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Token buckets by key: each fills evenly and holds two seconds' worth of requests. */
export class RateLimiter {
  readonly #requestsPerSecond: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  /** `requestsPerSecond` is for a key of a server; 0: no limit. */
  constructor(requestsPerSecond: number, clock: Clock) {
    this.#requestsPerSecond = requestsPerSecond;
    this.#clock = clock;
  }

  /** Takes one request from the key's bucket: 0 when it may pass, else the ms until the next one may. */
  take(key: ApiKey): number {
    if (this.#requestsPerSecond === 0) return 0;
    const perSecond = this.#requestsPerSecond * (key.scopes.includes('client') ? CLIENT_SHARE : 1);
    const bucket = this.#bucketOf(key.keyId, perSecond);
    const nowMs = this.#clock.nowMs();
    // A clock that is set back must not empty the bucket.
    const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond;
    bucket.tokens = Math.min(capacityOf(perSecond), bucket.tokens + gained);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return ((1 - bucket.tokens) / perSecond) * 1000;
    bucket.tokens -= 1;
    return 0;
  }

  #bucketOf(keyId: string, perSecond: number): Bucket {
    const known = this.#buckets.get(keyId);
    if (known !== undefined) return known;
    const full = { tokens: capacityOf(perSecond), atMs: this.#clock.nowMs() };
    this.#buckets.set(keyId, full);
    if (this.#buckets.size > MAX_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value!);
    return full;
  }
}

/** At least one, so that a rate below one in two seconds still lets a request pass. */
function capacityOf(perSecond: number): number {
  return Math.max(1, BURST_SECONDS * perSecond);
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
