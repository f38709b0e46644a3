import type { Rollout, Scope, Storage, WindowStore } from '../domain/index.ts';
import type { Observation, RolloutEvidence } from './decide/index.ts';
import { restrictionsAt } from './plan/restrictions-at.ts';

/** Windows that may still be in flight from a slower source when the newest one has arrived. */
const ALLOWED_LATENESS_WINDOWS = 2;

/** Most window starts that one pass takes in; after a long stop the next passes take the rest. */
const MAX_WINDOWS_PER_PASS = 600;

/**
 * All reads of one pass: closes the windows that are due, then reads what they hold.
 *
 * Closing first makes the reading stable: a report that arrives later for one of these windows is late by definition.
 */
export async function observe(
  storage: Pick<Storage, 'windows' | 'rollouts'>,
  scope: Scope,
  rollout: Rollout,
): Promise<Observation> {
  const { definition, state } = rollout;
  const closed = await storage.windows.closeWindows(scope, definition.rollout, state.generation, {
    allowedLatenessMs: ALLOWED_LATENESS_WINDOWS * definition.windowMs,
    attributionMs: definition.attributionMs,
  });
  const windows = await storage.windows.readClosedWindows(scope, definition.rollout, state.generation, {
    fromMs: closed.throughMs,
    throughMs: closed.closedThroughMs,
    limit: MAX_WINDOWS_PER_PASS,
  });
  const surroundings = await storage.rollouts.readSurroundings(scope, definition.rollout);
  const restrictions = restrictionsAt(surroundings, rollout, closed.nowMs);
  return {
    nowMs: closed.nowMs,
    rollout,
    evidence: closed.state as RolloutEvidence | null,
    closedThroughMs: reachOf(windows, closed.closedThroughMs),
    windows,
    quarantinedSources: closed.quarantinedSources,
    lateShare: closed.lateShare,
    ...(restrictions === undefined ? {} : { restrictions }),
  };
}

/** How far the windows read reach: to the end of what is closed, unless the limit cut them off. */
function reachOf(windows: Awaited<ReturnType<WindowStore['readClosedWindows']>>, closedThroughMs: number): number {
  const starts = new Set(windows.map((window) => window.startMs));
  const newestEndMs = Math.max(...windows.map((window) => window.endMs));
  return starts.size < MAX_WINDOWS_PER_PASS ? closedThroughMs : newestEndMs;
}
