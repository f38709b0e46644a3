import type { Clock, ClosedWindow } from '../../../domain/index.ts';
import { acceptReport } from './accept-report.ts';
import { closeWindows } from './close-windows.ts';
import { countStreams } from './count-streams.ts';
import { listSources, quarantineSource, releaseSource } from './sources.ts';
import type { WindowStatements } from './statements.ts';
import { sumParts } from './sum-parts.ts';
import { findRollout, type RolloutTable, requireEnvironment, type Tables } from './tables.ts';

/** Windows of sufficient statistics. */
export function windowStatements(tables: Tables, clock: Clock): WindowStatements {
  return {
    acceptReport: (scope, report, origin) => acceptReport(tables, { scope, report, origin, nowMs: clock.nowMs() }),
    countStreams: (scope, streams) => countStreams(tables, scope, streams, clock.nowMs()),
    closeWindows: (scope, rollout, generation, options) =>
      closeWindows(tables, { scope, rollout, generation, ...options, nowMs: clock.nowMs() }),
    readClosedWindows(scope, name, generation, range) {
      const rollout = findRollout(tables, scope, name);
      return rollout?.state.generation === generation ? readClosedWindows(rollout, range) : [];
    },
    readRecentWindows(scope, name, generation, limit) {
      const rollout = findRollout(tables, scope, name);
      return rollout?.state.generation === generation ? sumParts(rollout.parts).toReversed().slice(0, limit) : [];
    },
    countRefusedReport(scope, source) {
      requireEnvironment(tables, scope).trouble.push({ source, kind: 'refused', atMs: clock.nowMs() });
    },
    quarantineSource: (scope, source, by) => quarantineSource(tables, scope, source, by, clock.nowMs()),
    releaseSource: (scope, source, by) => releaseSource(tables, scope, source, by, clock.nowMs()),
    listSources: (scope) => listSources(tables, scope, clock.nowMs()),
    maintain: () => 0,
  };
}

/** Windows behind the watermark, in time, at most `limit` distinct start times. */
function readClosedWindows(
  { parts, closedThroughMs }: RolloutTable,
  { fromMs, throughMs, limit }: { readonly fromMs: number; readonly throughMs: number; readonly limit: number },
): readonly ClosedWindow[] {
  const reachMs = Math.min(throughMs, closedThroughMs);
  const windows = sumParts(parts.filter(({ endMs, isLate }) => endMs > fromMs && endMs <= reachMs && !isLate));
  const starts = [...new Set(windows.map(({ startMs }) => startMs))].slice(0, limit);
  return windows.filter(({ startMs }) => starts.includes(startMs));
}
