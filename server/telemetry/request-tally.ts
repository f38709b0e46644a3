/** From a tenth of a millisecond, which an evaluation takes, to ten seconds, which end a request. */
export const REQUEST_BUCKETS_SECONDS = [
  0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
] as const;

/** Answers to requests of one surface in plain numbers: what every request pays for is a few additions. */
export class RequestTally {
  readonly #byClass = new Float64Array(6);
  /** Not cumulative; the last one is for what is slower than all edges. */
  readonly #byDuration = new Float64Array(REQUEST_BUCKETS_SECONDS.length + 1);
  #seconds = 0;

  /** Counts an answer. */
  count(statusCode: number): void {
    const statusClass = Math.floor(statusCode / 100);
    if (statusClass < this.#byClass.length) this.#byClass[statusClass]! += 1;
  }

  /** Adds how long an answer took. */
  time(seconds: number): void {
    let bucket = 0;
    while (bucket < REQUEST_BUCKETS_SECONDS.length && seconds > REQUEST_BUCKETS_SECONDS[bucket]!) bucket += 1;
    this.#byDuration[bucket]! += 1;
    this.#seconds += seconds;
  }

  /** Answers by class of status, "2xx". */
  statuses(): readonly (readonly [status: string, count: number])[] {
    return [...this.#byClass].flatMap((count, statusClass) =>
      count > 0 ? [[`${statusClass}xx`, count] as const] : [],
    );
  }

  /** Answers that took no longer than each edge, the last one being "+Inf", and the time of all of them. */
  durations(): { readonly cumulative: readonly (readonly [le: string, count: number])[]; readonly seconds: number } {
    let sum = 0;
    const cumulative = [...this.#byDuration].map((count, bucket) => {
      sum += count;
      return [String(REQUEST_BUCKETS_SECONDS[bucket] ?? '+Inf'), sum] as const;
    });
    return { cumulative, seconds: this.#seconds };
  }
}
