import type { Clock } from '../../domain/index.ts';

/** A bucket holds what its holder may ask for within this time: short bursts pass, lasting ones do not. */
const BURST_SECONDS = 2;

/** Most holders remembered; above it the one that was seen first is forgotten, which only refills its bucket. */
const MAX_BUCKETS = 10_000;

/** What became of a request for a token. */
export interface Taken {
  /** 0 when there was one, else the ms until the next one. */
  readonly waitMs: number;
  /** Whole tokens that are left. */
  readonly remaining: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Token buckets by holder: each fills evenly and holds two seconds' worth of requests. */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one token from the holder's bucket, which fills at this rate now, if there is one. */
  take(holder: string, perSecond: number): Taken {
    const bucket = this.#bucketOf(holder, perSecond);
    const nowMs = this.#clock.nowMs();
    // A clock that is set back must not empty the bucket.
    const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond;
    bucket.tokens = Math.min(capacityOf(perSecond), bucket.tokens + gained);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return { waitMs: ((1 - bucket.tokens) / perSecond) * 1000, remaining: 0 };
    bucket.tokens -= 1;
    return { waitMs: 0, remaining: Math.floor(bucket.tokens) };
  }

  #bucketOf(holder: string, perSecond: number): Bucket {
    const known = this.#buckets.get(holder);
    if (known !== undefined) return known;
    const full = { tokens: capacityOf(perSecond), atMs: this.#clock.nowMs() };
    this.#buckets.set(holder, full);
    if (this.#buckets.size > MAX_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value!);
    return full;
  }
}

/** At least one, so that a rate below one in two seconds still lets a request pass. */
function capacityOf(perSecond: number): number {
  return Math.max(1, BURST_SECONDS * perSecond);
}
