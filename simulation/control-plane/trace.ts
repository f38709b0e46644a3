import type { Clock } from '../../domain/index.ts';

/** What happened, in order; kept short, so that it can be read. */
export class Trace {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #lines: { readonly atMs: number; readonly who: string; readonly what: string }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
  }

  /** Notes what somebody did. */
  note(who: string, what: string): void {
    this.#lines.push({ atMs: this.#clock.nowMs() - this.#startMs, who, what });
  }

  /** The last lines. */
  last(count: number): readonly string[] {
    return this.#lines.slice(-count).map(({ atMs, who, what }) => `${(atMs / 1_000).toFixed(3)} s  ${who}: ${what}`);
  }
}
