import {
  countPoints,
  explainPoints,
  namePoints,
  type OtlpPoint,
  selectPoints,
  streamsOf,
} from '../../controller/index.ts';
import { isInProgress, type Scope } from '../../domain/index.ts';
import type { Dependencies } from '../http/dependencies.ts';
import { sha256 } from '../published-flags.ts';
import type { PartialSuccess } from './metrics-protocol.ts';

/** What taking in an export needs. */
type TakingDependencies = Pick<Dependencies, 'publisher' | 'storage' | 'telemetry'>;

/**
 * Counts the points of an export for the rollouts in progress; null when there is nothing to say about any of them.
 *
 * `origin` is the id of the key that sent it. An export without points that some rollout asks for costs no database.
 */
export async function takeExport(
  { publisher, storage, telemetry }: TakingDependencies,
  scope: Scope,
  origin: string,
  points: readonly OtlpPoint[],
): Promise<PartialSuccess | null> {
  const { state } = await publisher.require(scope);
  const rollouts = state.rollouts.filter(isInProgress);
  const selection = selectPoints(points, rollouts);
  const named = namePoints(selection.points, sha256);
  const streams = streamsOf(named);
  const taken =
    streams.length === 0
      ? undefined
      : await storage.windows.countStreams(scope, {
          origin,
          streams,
          rollouts: [...new Set(named.flatMap(({ uses }) => uses.map(({ rollout }) => rollout)))],
          count: (held) => countPoints(named, held),
        });
  const rejections = [...selection.rejections, ...(taken?.rejections ?? [])];
  telemetry.countOtlpPoints(
    scope,
    {
      counted: taken?.counted ?? 0,
      baseline: taken?.baseline ?? 0,
      duplicate: taken?.duplicate ?? 0,
      rejected: rejections.length,
      ignored: selection.ignoredCount,
    },
    taken?.lateRowCount,
  );
  const errorMessage = explainPoints(rejections, taken?.warnings ?? []);
  return errorMessage === '' ? null : { rejectedDataPoints: rejections.length, errorMessage };
}
