import { prometheusMetricsOf, type SourceFault } from '../../controller/index.ts';
import {
  type Clock,
  isInProgress,
  type ReportReceipt,
  type Rollout,
  type Scope,
  type Storage,
} from '../../domain/index.ts';
import { repeat } from '../timers.ts';
import { backOffMs } from './back-off.ts';
import { dueWindows, pollRollout, type RolloutName } from './poll-rollout.ts';
import { type PrometheusAccess, queryPrometheus } from './query-prometheus.ts';
import { SourceFailure } from './source-failure.ts';

/** How often it is looked whether a window is due. */
const TURN_MS = 1_000;

/** Rollouts asked for at the same time, so that one slow selector does not keep the others waiting. */
const MAX_AT_ONCE = 4;

/** A rollout that some environment publishes. */
export type PublishedRollout = Scope & { readonly rollout: Rollout };

/** What the loop works with. */
export interface PrometheusLoopDependencies {
  readonly storage: Pick<Storage, 'rollouts' | 'windows'>;
  readonly listRollouts: () => Iterable<PublishedRollout>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** null: Prometheus is not configured, and rollouts that need it hear so. */
  readonly access: PrometheusAccess | null;
  readonly lagMs: number;
  readonly listener: PrometheusLoopListener;
}

/** What the loop tells the process around it. */
export interface PrometheusLoopListener {
  onReport(scope: Scope, receipt: ReportReceipt): void;
  /** `isNews`: the rollout was without this fault the last time. */
  onFault(rollout: RolloutName, fault: SourceFault, isNews: boolean): void;
  onError(error: unknown): void;
}

/** How far a rollout's generation has been asked for here; a new server finds out by itself. */
interface Progress {
  doneThroughMs?: number;
  failureCount: number;
  notBeforeMs: number;
  /** Reasons of the faults that somebody was told of. */
  readonly toldReasons: Set<string>;
}

/**
 * Starts to ask Prometheus for the windows of all rollouts that it counts for; the returned function ends it.
 *
 * Any number of servers may do so at once: the same window gives the same report, and that counts once.
 */
export function startPrometheusLoop(deps: PrometheusLoopDependencies): () => Promise<void> {
  const progressByKey = new Map<string, Progress>();
  const stopping = new AbortController();
  let turn: Promise<void> = Promise.resolve();
  const stopRepeating = repeat(TURN_MS, () => {
    turn = takeTurn(deps, progressByKey, stopping.signal);
    return turn;
  });
  return async () => {
    stopRepeating();
    stopping.abort();
    await turn;
  };
}

async function takeTurn(
  deps: PrometheusLoopDependencies,
  progressByKey: Map<string, Progress>,
  stop: AbortSignal,
): Promise<void> {
  const counted = [...deps.listRollouts()].filter(({ rollout }) => isCounted(rollout));
  const keys = new Set(counted.map(keyOf));
  for (const key of progressByKey.keys()) if (!keys.has(key)) progressByKey.delete(key);
  const due = counted.filter((published) => isDue(deps, published.rollout, progressByKey.get(keyOf(published))));
  const work = async () => {
    for (let next = due.shift(); next !== undefined && !stop.aborted; next = due.shift()) {
      const progress = progressByKey.get(keyOf(next)) ?? { failureCount: 0, notBeforeMs: 0, toldReasons: new Set() };
      progressByKey.set(keyOf(next), progress);
      await poll(deps, next, progress, stop);
    }
  };
  await Promise.all(Array.from({ length: MAX_AT_ONCE }, work));
}

function isCounted(rollout: Rollout): boolean {
  return isInProgress(rollout) && prometheusMetricsOf(rollout.definition).length > 0;
}

function isDue(
  { clock, lagMs }: PrometheusLoopDependencies,
  rollout: Rollout,
  { doneThroughMs = 0, notBeforeMs }: Pick<Progress, 'doneThroughMs' | 'notBeforeMs'> = { notBeforeMs: 0 },
): boolean {
  const nowMs = clock.nowMs();
  return nowMs >= notBeforeMs && dueWindows(rollout, { doneThroughMs, nowMs, lagMs }).length > 0;
}

async function poll(
  { storage, clock, random, access, lagMs, listener }: PrometheusLoopDependencies,
  { tenant, environment, rollout }: PublishedRollout,
  progress: Progress,
  stop: AbortSignal,
): Promise<void> {
  const name = { tenant, environment, rollout: rollout.definition.rollout };
  const reasons = new Set<string>();
  const onFault = (fault: SourceFault) => {
    reasons.add(fault.reason);
    listener.onFault(name, fault, !progress.toldReasons.has(fault.reason));
    progress.toldReasons.add(fault.reason);
  };
  const polling = pollRollout(
    {
      storage,
      clock,
      lagMs,
      ask: (query) => queryPrometheus(configured(access), query, stop),
      onFault,
      onReport: (receipt) => listener.onReport(name, receipt),
    },
    name,
    progress.doneThroughMs,
  );
  try {
    for await (const doneThroughMs of polling) progress.doneThroughMs = doneThroughMs;
    progress.failureCount = 0;
  } catch (error) {
    if (stop.aborted) return;
    progress.failureCount += 1;
    progress.notBeforeMs = clock.nowMs() + backOffMs(progress.failureCount, random);
    if (error instanceof SourceFailure) onFault(error.fault);
    else listener.onError(error);
  }
  for (const reason of progress.toldReasons) if (!reasons.has(reason)) progress.toldReasons.delete(reason);
}

function configured(access: PrometheusAccess | null): PrometheusAccess {
  if (access !== null) return access;
  throw new SourceFailure('notConfigured', 'this server does not know of a Prometheus');
}

function keyOf({ tenant, environment, rollout: { definition, state } }: PublishedRollout): string {
  return [tenant, environment, definition.rollout, state.generation].join('\n');
}
