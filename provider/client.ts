import type { EvaluationContext, EvaluationDetails, JsonObject } from '../domain/index.ts';
import { evaluate, requireType } from '../evaluator/index.ts';
import { ExposureLedger } from './attribution/exposure-ledger.ts';
import { RequestAttribution } from './attribution/request-attribution.ts';
import { RampwrightError } from './client-error.ts';
import { type ClientOptions, type ClientSetup, setUp } from './client-options.ts';
import { Reporter } from './reporting/reporter.ts';
import { SnapshotCache } from './snapshot/snapshot-cache.ts';
import { type ClientChange, type ClientState, SnapshotKeeper } from './snapshot/snapshot-keeper.ts';
import { SnapshotSource } from './snapshot/snapshot-source.ts';

/** The types of values that a flag can have, by the names that callers use. */
export interface FlagTypes {
  readonly boolean: boolean;
  readonly string: string;
  readonly number: number;
  readonly object: JsonObject;
}

/** The answer of an evaluation; its value is the caller's fallback where the flag has none. */
export type ServedDetails<T> = Omit<EvaluationDetails, 'value'> & { readonly value: T };

/** How a client is doing. */
export interface ClientStatus {
  readonly state: ClientState;
  /** The snapshot that is served; absent before the first one. */
  readonly environment?: string;
  readonly epoch?: number;
  readonly version?: number;
  /** Time since the server last confirmed that snapshot, in ms; absent when it came from disk and was not confirmed yet. */
  readonly ageMs?: number;
  readonly pendingReportCount: number;
  /** Reports that were given up because the server did not take them in time. */
  readonly droppedReportCount: number;
  /** Rows that reached the server after it had closed their windows. */
  readonly lateRowCount: number;
  /** Outcomes that followed too late on their exposure. */
  readonly lateOutcomeCount: number;
  /** Exposures that were beyond a limit. */
  readonly droppedExposureCount: number;
  /** Smallest share of units that a rollout counts; below 1 where there are more units than fit into memory. */
  readonly sampledShare: number;
}

/** Evaluates flags in process, and reports what followed on them. */
export interface RampwrightClient {
  boolean(flagKey: string, fallback: boolean, context?: EvaluationContext): boolean;
  string(flagKey: string, fallback: string, context?: EvaluationContext): string;
  number(flagKey: string, fallback: number, context?: EvaluationContext): number;
  object(flagKey: string, fallback: JsonObject, context?: EvaluationContext): JsonObject;
  /** The value with its variant and the reason why it was served; never throws. */
  details<K extends keyof FlagTypes>(
    flagKey: string,
    type: K,
    fallback: FlagTypes[K],
    context?: EvaluationContext,
  ): ServedDetails<FlagTypes[K]>;
  /** Resolves once there are flags to evaluate, be they from disk; rejects with a RampwrightError after `timeoutMs`, or when the server refuses the client. */
  ready(timeoutMs?: number): Promise<void>;
  status(): ClientStatus;
  /** Calls back after each change of state or flags; returns how to stop that. */
  onChange(listener: (change: ClientChange) => void): () => void;
  /**
   * Books an event to the variants that the current request was served. Outside of a scope, `unit` names whose latest
   * exposures it belongs to. Metrics that count values need one.
   */
  track(metric: string, value?: number, options?: { readonly unit?: string }): void;
  /** Runs a job or a message like a request: what it throws and how long it takes counts for the variants it is served. */
  runInScope<T>(work: () => T): T;
  /** What the middlewares are built on. */
  readonly attribution: RequestAttribution;
  /** Stops; waits up to `timeoutMs` for the server to take the last reports. */
  close(timeoutMs?: number): Promise<void>;
}

const READY_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2_000;
const NO_CONTEXT: EvaluationContext = {};

/** Creates a client and connects it in the background. */
export function createRampwrightClient(options: ClientOptions): RampwrightClient {
  const { connection, source, onError, maxUnits, cacheDirectory, clock, random } = setUp(options);
  const changes = new Listeners<ClientChange>(onError);
  const ledger = new ExposureLedger(maxUnits);
  const attribution = new RequestAttribution(ledger, clock, onError);
  const cache =
    cacheDirectory === undefined ? undefined : new SnapshotCache({ cacheDirectory, connection, clock, onError });
  const keeper = new SnapshotKeeper(clock, onError, (change) => {
    if (change.kind === 'flags') {
      ledger.measure(keeper.snapshot?.rollouts ?? []);
      cache?.keep(keeper.snapshot!);
    }
    changes.tell(change);
  });
  const snapshots = new SnapshotSource({ connection, clock, random, keeper });
  const reporter = new Reporter({ connection, clock, random, ledger, onError, source, epoch: clock.nowMs() });

  function details<K extends keyof FlagTypes>(
    flagKey: string,
    type: K,
    fallback: FlagTypes[K],
    context: EvaluationContext = NO_CONTEXT,
  ): ServedDetails<FlagTypes[K]> {
    if (keeper.compiled === undefined) return notReady(flagKey, fallback);
    const answer = requireType(evaluate(keeper.compiled, flagKey, context, clock.nowMs()), type);
    if (answer.exposure !== undefined) attribution.expose(answer.exposure, context);
    if (answer.value === undefined) return { ...answer, value: fallback };
    const served = answer as ServedDetails<FlagTypes[K]>;
    return keeper.state === 'ready' ? served : { ...served, reason: 'STALE' };
  }

  function ready(timeoutMs = READY_TIMEOUT_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        if (keeper.state === 'notReady') return;
        cancel();
        stopListening();
        if (keeper.snapshot === undefined) reject(new RampwrightError('denied', 'The server refuses the API key.'));
        else resolve();
      };
      const stopListening = changes.add(settle);
      const cancel = clock.after(
        timeoutMs,
        () => {
          stopListening();
          reject(new RampwrightError('unreachable', `No flags were received within ${timeoutMs} ms.`));
        },
        true,
      );
      settle();
    });
  }

  function status(): ClientStatus {
    const { snapshot } = keeper;
    return {
      state: keeper.state,
      ...(snapshot && {
        environment: snapshot.environment,
        epoch: snapshot.epoch,
        version: snapshot.version,
      }),
      ...(keeper.confirmedAtMs !== undefined && { ageMs: clock.monotonicMs() - keeper.confirmedAtMs }),
      pendingReportCount: reporter.pendingReportCount,
      droppedReportCount: reporter.droppedReportCount,
      lateRowCount: reporter.lateRowCount,
      lateOutcomeCount: ledger.lateOutcomeCount,
      droppedExposureCount: ledger.droppedExposureCount,
      sampledShare: ledger.sampledShare,
    };
  }

  async function close(timeoutMs = CLOSE_TIMEOUT_MS): Promise<void> {
    snapshots.close();
    await Promise.all([reporter.close(timeoutMs), cache?.close(timeoutMs)]);
  }

  const kept = cache?.restore();
  if (kept !== undefined) keeper.restore(kept);
  void snapshots.run();
  reporter.start();
  return {
    boolean: (flagKey, fallback, context) => details(flagKey, 'boolean', fallback, context).value,
    string: (flagKey, fallback, context) => details(flagKey, 'string', fallback, context).value,
    number: (flagKey, fallback, context) => details(flagKey, 'number', fallback, context).value,
    object: (flagKey, fallback, context) => details(flagKey, 'object', fallback, context).value,
    details,
    ready,
    status,
    onChange: (listener) => changes.add(listener),
    track: (metric, value, { unit } = {}) => attribution.track(metric, value, unit),
    runInScope: (work) => attribution.runInScope(work),
    attribution,
    close,
  };
}

function notReady<T>(flagKey: string, fallback: T): ServedDetails<T> {
  return {
    flagKey,
    value: fallback,
    reason: 'ERROR',
    errorCode: 'PROVIDER_NOT_READY',
    errorMessage: 'no flags have been received yet',
    flagMetadata: {},
  };
}

/** Listeners that cannot break what they listen to. */
class Listeners<T> {
  readonly #onError: ClientSetup['onError'];
  readonly #listeners = new Set<(event: T) => void>();

  constructor(onError: ClientSetup['onError']) {
    this.#onError = onError;
  }

  add(listener: (event: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (cause) {
        this.#onError(new RampwrightError('listenerFailed', 'A listener of onChange threw.', { cause }));
      }
    }
  }
}
