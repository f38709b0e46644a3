import { type Clock, Problem } from '../../domain/index.ts';

const WINDOW_MS = 15 * 60_000;

/** Failures within the window after which nothing is tried any more: of a person from one address, of a person, of an address. */
const MAX_FAILURES = { both: 5, person: 50, address: 100 };

/** Most counts remembered; above it the oldest are forgotten. */
const MAX_COUNTS = 10_000;

/** Who tries, and from where. */
export interface Attempt {
  readonly tenant: string;
  readonly user: string;
  readonly address: string;
}

interface Count {
  failures: number;
  readonly sinceMs: number;
}

/** Keeps guessers of passwords slow. */
export class SignInLimit {
  readonly #clock: Clock;
  readonly #counts = new Map<string, Count>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Counts an attempt as a failure until `succeeded` says otherwise, so that many at once are no way round.
   *
   * Problem `tooManyRequests` when there were too many; answers the ms until the next may be made along with it.
   */
  begin(attempt: Attempt): { readonly succeeded: () => void } {
    const counts = limitsOf(attempt).map(({ key, max }) => ({ count: this.#countOf(key), max }));
    const full = counts.find(({ count, max }) => count.failures >= max);
    if (full !== undefined) {
      const minutes = Math.ceil((full.count.sinceMs + WINDOW_MS - this.#clock.nowMs()) / 60_000);
      throw new Problem('tooManyRequests', `too many attempts to sign in; try again in ${minutes} minutes`);
    }
    for (const { count } of counts) count.failures += 1;
    return {
      succeeded: () => {
        for (const { count } of counts) count.failures -= 1;
      },
    };
  }

  #countOf(key: string): Count {
    const known = this.#counts.get(key);
    if (known !== undefined && this.#clock.nowMs() - known.sinceMs < WINDOW_MS) return known;
    const fresh = { failures: 0, sinceMs: this.#clock.nowMs() };
    this.#counts.delete(key);
    this.#counts.set(key, fresh);
    if (this.#counts.size > MAX_COUNTS) this.#counts.delete(this.#counts.keys().next().value!);
    return fresh;
  }
}

function limitsOf({ tenant, user, address }: Attempt): readonly { readonly key: string; readonly max: number }[] {
  const person = JSON.stringify([tenant, user]);
  return [
    { key: `${address} ${person}`, max: MAX_FAILURES.both },
    { key: person, max: MAX_FAILURES.person },
    { key: address, max: MAX_FAILURES.address },
  ];
}
