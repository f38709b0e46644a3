import {
  type Answers,
  PROMETHEUS_IDENTITY,
  prometheusMetricsOf,
  readWindows,
  type SourceFault,
  selectorsOf,
  type WindowRead,
  windowsDue,
} from '../../controller/index.ts';
import {
  type Clock,
  isInProgress,
  Problem,
  type ReportReceipt,
  type Rollout,
  type Scope,
  type Storage,
} from '../../domain/index.ts';
import { type Ask, readCounters } from './read-counters.ts';
import { SourceFailure } from './source-failure.ts';

/** Newest windows among which the last one of this source is looked for after a start. */
const MAX_WINDOWS_LOOKED_AT = 500;

/** A rollout, as far as it names one. */
export interface RolloutName extends Scope {
  readonly rollout: string;
}

/** What polling works with. */
export interface PollDependencies {
  readonly storage: Pick<Storage, 'rollouts' | 'windows'>;
  readonly clock: Clock;
  /** How long after its end a window is asked for, at the least. */
  readonly lagMs: number;
  readonly ask: Ask;
  readonly onFault: (fault: SourceFault) => void;
  readonly onReport: (receipt: ReportReceipt) => void;
}

/**
 * Asks Prometheus for the windows of a rollout that are due and adds them up, oldest first; yields how far it has come:
 * at first, if it is not told, how far any server has, then the end of each window that is done.
 *
 * Rejects with a SourceFailure when Prometheus fails. Then nothing is lost: the window is asked for the next time.
 */
export async function* pollRollout(
  deps: PollDependencies,
  name: RolloutName,
  doneThroughMs: number | undefined,
): AsyncGenerator<number> {
  // The time is taken first: what is read of the rollout afterwards was true when these windows ended.
  const nowMs = deps.clock.nowMs();
  const rollout = await deps.storage.rollouts.readRollout(name, name.rollout);
  if (rollout === undefined || !isInProgress(rollout)) return;
  const doneMs = doneThroughMs ?? (await reportedThrough(deps, name, rollout));
  if (doneThroughMs === undefined) yield doneMs;
  const startsMs = dueWindows(rollout, { doneThroughMs: doneMs, nowMs, lagMs: deps.lagMs });
  if (startsMs.length === 0) return;
  const { windows, faults } = readWindows(rollout, await readAnswers(deps.ask, rollout, startsMs), startsMs);
  faults.forEach(deps.onFault);
  for (const window of windows) {
    await addUp(deps, name, window);
    yield window.endMs;
  }
}

/** Starts of the windows of a rollout to ask for; a window is complete when its outcomes and scrapes have come in. */
export function dueWindows(
  { definition: { windowMs, attributionMs }, state: { coverageSinceMs } }: Rollout,
  { doneThroughMs, nowMs, lagMs }: { readonly doneThroughMs: number; readonly nowMs: number; readonly lagMs: number },
): readonly number[] {
  return windowsDue({ windowMs, coverageSinceMs, doneThroughMs, nowMs, lagMs: Math.max(lagMs, attributionMs) });
}

/** Windows are done oldest first, so the newest one tells how far any server has come; 0 when it is not known. */
async function reportedThrough(
  { storage }: PollDependencies,
  scope: Scope,
  { definition, state }: Rollout,
): Promise<number> {
  const newestFirst = await storage.windows.readRecentWindows(
    scope,
    definition.rollout,
    state.generation,
    MAX_WINDOWS_LOOKED_AT,
  );
  return newestFirst.find(({ sources }) => Object.hasOwn(sources, PROMETHEUS_IDENTITY))?.endMs ?? 0;
}

/** The answers to all selectors of a rollout, for windows that follow each other. */
export async function readAnswers(
  ask: Ask,
  { definition, state: { coverageSinceMs } }: Rollout,
  startsMs: readonly number[],
): Promise<Answers> {
  const startMs = startsMs[0]!;
  const endMs = startsMs.at(-1)! + definition.windowMs;
  const answers = new Map<string, Awaited<ReturnType<Ask>>>();
  for (const selector of selectorsOf(prometheusMetricsOf(definition)))
    answers.set(selector, await readCounters(ask, { selector, startMs, endMs, coverageSinceMs }));
  return answers;
}

async function addUp({ storage, onFault, onReport }: PollDependencies, scope: Scope, window: WindowRead) {
  window.faults.forEach(onFault);
  if (window.report === null) return;
  try {
    onReport(await storage.windows.acceptReport(scope, window.report, PROMETHEUS_IDENTITY));
  } catch (error) {
    const isRefused = error instanceof Problem && error.code !== 'unavailable';
    throw isRefused ? new SourceFailure('reportRefused', error.message) : error;
  }
}
