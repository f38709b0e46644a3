import { SHARE_TOTAL } from '../../domain/index.ts';
import { contrastIn, type RolloutCourse } from './rollout-course.ts';
import { HORIZON_MS } from './rollout-harm.ts';
import { shrunk } from './shrunk.ts';

/**
 * What was forgone of the objective metrics, as a share of what twelve hours of them are, in [0, 1].
 *
 * The relative uplift, shrunk by its noise and within ±1, is forgone by everybody who does not have a better treatment, and
 * by everybody who has a worse one, up to twelve hours after the start. 0 for a rollout without an objective metric.
 */
export function forgoneObjective(course: RolloutCourse): number {
  const objectives = course.definition.metrics.filter(({ role }) => role === 'objective');
  const uplifts = objectives.map((metric) => {
    const sums = { excess: 0, variance: 0, expected: 0 };
    for (const window of course.windows) {
      const contrast = contrastIn(course, window, metric);
      if (contrast === undefined) continue;
      sums.excess += contrast.excess;
      sums.variance += contrast.variance;
      sums.expected += contrast.expected;
    }
    return sums.expected === 0 ? 0 : Math.max(-1, Math.min(1, -shrunk(sums) / sums.expected));
  });
  const uplift = uplifts.length === 0 ? 0 : uplifts.reduce((sum, one) => sum + one, 0) / uplifts.length;
  const shares = sharesOf(course);
  return uplift >= 0 ? uplift * shares.without : -uplift * shares.with;
}

/** Coverage added up over time to the horizon, and its complement, as shares of the horizon. */
function sharesOf({ coverages, startedAtMs }: RolloutCourse) {
  const endMs = startedAtMs + HORIZON_MS;
  const shares = { with: 0, without: 0 };
  for (const [index, { atMs, coverage }] of coverages.entries()) {
    const untilMs = Math.min(coverages[index + 1]?.atMs ?? endMs, endMs);
    const length = Math.max(0, untilMs - Math.max(atMs, startedAtMs)) / HORIZON_MS;
    shares.with += (length * coverage) / SHARE_TOTAL;
    shares.without += length * (1 - coverage / SHARE_TOTAL);
  }
  return shares;
}
