import { type EvidenceRow, Problem, type Scope } from '../../../domain/index.ts';
import { findEnvironment, parsedState, type RolloutTable, type Tables } from './tables.ts';

/** So many windows say how many reports come too late. */
const LATE_SHARE_WINDOWS = 30;

/** Which windows to close, and how long to wait for slower sources and for outcomes. */
export interface Closing {
  readonly scope: Scope;
  readonly rollout: string;
  readonly generation: number;
  readonly allowedLatenessMs: number;
  readonly attributionMs: number;
  readonly nowMs: number;
}

/** Moves the watermark, then reads what a pass begins with. */
export function closeWindows(tables: Tables, closing: Closing): EvidenceRow & { readonly nowMs: number } {
  const { scope, generation, nowMs } = closing;
  const environment = findEnvironment(tables, scope);
  const rollout = environment?.rollouts.get(closing.rollout);
  if (environment === undefined || rollout?.state.generation !== generation) {
    throw new Problem('rolloutNotFound', `"${closing.rollout}", generation ${generation}`);
  }
  const quarantinedSources = [...environment.quarantines.keys()].sort();
  rollout.closedThroughMs = Math.max(rollout.closedThroughMs, dueThroughMs(rollout, closing, quarantinedSources));
  return {
    closedThroughMs: rollout.closedThroughMs,
    throughMs: rollout.evidence.throughMs,
    state: parsedState(rollout.evidence.state),
    quarantinedSources,
    lateShare: lateShareOf(rollout, quarantinedSources),
    nowMs,
  };
}

/** End of the newest window that nobody needs to wait for any more; −∞ when there is none. */
export function dueThroughMs(
  { parts, closedThroughMs }: RolloutTable,
  { allowedLatenessMs, attributionMs, nowMs }: Pick<Closing, 'allowedLatenessMs' | 'attributionMs' | 'nowMs'>,
  quarantinedSources: readonly string[],
): number {
  const openEndsMs = parts
    .filter(({ endMs, isLate, source }) => endMs > closedThroughMs && !isLate && !quarantinedSources.includes(source))
    .map(({ endMs }) => endMs);
  const reachMs = Math.min(Math.max(...openEndsMs) - allowedLatenessMs, nowMs - attributionMs);
  return Math.max(...openEndsMs.filter((endMs) => endMs <= reachMs));
}

function lateShareOf({ parts, closedThroughMs, plan }: RolloutTable, quarantinedSources: readonly string[]): number {
  const lookedAtMs = plan.windowMs * LATE_SHARE_WINDOWS;
  const newest = parts.filter(
    ({ endMs, source }) =>
      endMs > closedThroughMs - lookedAtMs && endMs <= closedThroughMs && !quarantinedSources.includes(source),
  );
  const reportsOf = (counted: typeof newest) => counted.reduce((sum, { reports }) => sum + reports, 0);
  return newest.length === 0 ? 0 : reportsOf(newest.filter(({ isLate }) => isLate)) / reportsOf(newest);
}
