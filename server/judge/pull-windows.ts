import {
  type JudgePlan,
  judgedRollout,
  PROMETHEUS_IDENTITY,
  type PulledWindows,
  readWindows,
  type SourceFault,
  startsAsked,
  type WindowRead,
  type WindowsAsked,
} from '../../controller/index.ts';
import type { Rollout } from '../../domain/index.ts';
import { readAnswers } from '../sources/poll-rollout.ts';
import type { Ask } from '../sources/read-counters.ts';

/** Most event time that is asked for at once. */
const MAX_SPAN_MS = 3_600_000;

/** What pulling works with. */
export interface PullDependencies {
  readonly ask: Ask;
  readonly nowMs: number;
  /** How long after its end a window is complete. */
  readonly lagMs: number;
}

/** Asks Prometheus for all windows of an analysis; Problem `invalidJudgement`, SourceFailure when it fails. */
export async function pullWindows(
  { ask, nowMs, lagMs }: PullDependencies,
  plan: JudgePlan,
  asked: WindowsAsked,
): Promise<PulledWindows> {
  const starts = startsAsked(plan, asked, { nowMs, lagMs });
  const firstStartMs = starts[0] ?? null;
  const rollout = judgedRollout(plan, {
    startedAtMs: firstStartMs ?? nowMs,
    sinceMs: firstStartMs ?? nowMs,
    windowMs: asked.stepMs,
  });
  const windows: WindowRead[] = [];
  const faults: SourceFault[] = [];
  const atOnce = Math.max(1, Math.floor(MAX_SPAN_MS / asked.stepMs));
  for (let first = 0; first < starts.length; first += atOnce) {
    const part = starts.slice(first, first + atOnce);
    const read = readWindows(rollout, await readAnswers(ask, rollout, part), part);
    windows.push(...read.windows);
    faults.push(...read.faults);
  }
  return {
    windows: windows.flatMap((window) => judgedWindow(window, rollout)),
    firstStartMs,
    throughMs: firstStartMs === null ? nowMs - lagMs : starts.at(-1)! + asked.stepMs,
    faults: [...faults, ...windows.flatMap((window) => window.faults)],
  };
}

function judgedWindow({ endMs, report }: WindowRead, { definition }: Rollout): PulledWindows['windows'] {
  if (report === null) return [];
  const variants = Object.fromEntries(report.rows.map(({ variant, ...row }) => [variant, row]));
  const source = { reports: 1, clockSkewMs: null, variants };
  return [{ startMs: endMs - definition.windowMs, endMs, sources: { [PROMETHEUS_IDENTITY]: source } }];
}
