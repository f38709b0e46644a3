import { AsyncLocalStorage } from 'node:async_hooks';
import type { EvaluationContext, Exposure } from '../../domain/index.ts';
import { type OnError, RampwrightError } from '../client-error.ts';
import type { ClientClock } from '../ports.ts';
import type { ExposureLedger, Outcome } from './exposure-ledger.ts';
import type { Booking } from './generation-ledger.ts';

/** One request, job or message, and the exposures that it has seen. */
export interface RequestScope {
  readonly startedAtMs: number;
  /** By rollout and unit; undefined where outcomes are not counted. */
  readonly bookings: Map<string, Booking | undefined>;
  isFinished: boolean;
}

/** Exposures whose outcomes one scope remembers; a batch over many units should open a scope per unit. */
const MAX_EXPOSURES_PER_SCOPE = 1_000;

/** Largest magnitude of a tracked value: squares of larger ones could not be summed up. */
const MAX_TRACKED_VALUE = 1e12;

/** Finds out by itself which variants a piece of work was served, and books its outcomes to them. */
export class RequestAttribution {
  readonly #ledger: ExposureLedger;
  readonly #clock: ClientClock;
  readonly #onError: OnError;
  readonly #scopes = new AsyncLocalStorage<RequestScope>();

  constructor(ledger: ExposureLedger, clock: ClientClock, onError: OnError) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Begins a scope; the caller finishes it. */
  open(): RequestScope {
    return { startedAtMs: this.#clock.monotonicMs(), bookings: new Map(), isFinished: false };
  }

  /** Runs `work`, and whatever it starts, inside the scope. */
  enter<T>(scope: RequestScope, work: () => T): T {
    return this.#scopes.run(scope, work);
  }

  /** Books duration and failure to everything that the scope was served; only the first call counts. */
  finish(scope: RequestScope, isError: boolean): void {
    if (scope.isFinished) return;
    scope.isFinished = true;
    this.#book(scope, { signal: 'latency', durationMs: this.#clock.monotonicMs() - scope.startedAtMs });
    if (isError) this.#book(scope, { signal: 'error' });
  }

  /** Runs `work` in a scope of its own, which ends when `work` returns or its promise settles; throwing is an error. */
  runInScope<T>(work: () => T): T {
    const scope = this.open();
    try {
      const result = this.enter(scope, work);
      if (!isPromiseLike(result)) {
        this.finish(scope, false);
        return result;
      }
      result.then(
        () => this.finish(scope, false),
        () => this.finish(scope, true),
      );
      return result;
    } catch (failure) {
      this.finish(scope, true);
      throw failure;
    }
  }

  /** Notes that a variant was served: once per rollout and unit in a scope, each time outside of one. */
  expose(exposure: Exposure, context: EvaluationContext): void {
    const scope = this.#scopes.getStore();
    if (scope === undefined) {
      this.#ledger.expose(exposure, { context, isRequest: false, nowMs: this.#clock.nowMs() });
      return;
    }
    const key = `${exposure.rollout.rollout}\n${exposure.unit}`;
    if (scope.bookings.has(key)) return;
    if (scope.bookings.size >= MAX_EXPOSURES_PER_SCOPE) {
      this.#ledger.droppedExposureCount += 1;
      return;
    }
    const occasion = { context, isRequest: !scope.isFinished, nowMs: this.#clock.nowMs() };
    scope.bookings.set(key, this.#ledger.expose(exposure, occasion));
  }

  /** Books an event to the exposures of the current scope; where there are none, to the unit's latest ones. */
  track(metric: string, value: number | undefined, unit: string | undefined): void {
    if (value !== undefined && !(Math.abs(value) <= MAX_TRACKED_VALUE)) {
      this.#refuse(`"${metric}" was tracked with ${value}; pass a number between ±${MAX_TRACKED_VALUE}`);
      return;
    }
    const outcome: Outcome = { signal: 'event', metric, value };
    const scope = this.#scopes.getStore();
    if (scope !== undefined && scope.bookings.size > 0) this.#book(scope, outcome);
    else if (unit !== undefined) this.#check(outcome, this.#ledger.recordForUnit(unit, outcome, this.#clock.nowMs()));
  }

  #book(scope: RequestScope, outcome: Outcome): void {
    const bookings = [...scope.bookings.values()].filter((booking) => booking !== undefined);
    const nowMs = this.#clock.nowMs();
    this.#check(
      outcome,
      bookings.map((booking) => this.#ledger.record(booking, outcome, nowMs)),
    );
  }

  #check(outcome: Outcome, verdicts: readonly string[]): void {
    if (outcome.signal === 'event' && verdicts.includes('valueMissing')) {
      this.#refuse(`"${outcome.metric}" was tracked without a value, but a rollout measures its value`);
    }
  }

  #refuse(message: string): void {
    this.#onError(new RampwrightError('invalidEvent', `An event was not counted: ${message}.`));
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
