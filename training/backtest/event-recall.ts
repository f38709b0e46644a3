import { labelledEvents, type PointRange } from './labelled-events.ts';
import type { Scored } from './scored.ts';

/** What is found when a threshold may raise so many false alarms. */
export interface EventRecall {
  readonly events: number;
  readonly found: number;
  /** Neighbouring points outside events that are flagged together are one false alarm. */
  readonly falseAlarms: number;
  /** Scores from here on are flagged; Infinity where the budget allows none. */
  readonly threshold: number;
}

/**
 * Events found at the lowest threshold down to which false alarms stay inside the budget, one threshold for all series.
 *
 * An event is found when any of its points is flagged. Points that a series is silent about have score −Infinity.
 */
export function eventRecall(series: readonly (readonly Scored[])[], falseAlarmBudget: number): EventRecall {
  const sweep = series.flatMap((points, index) =>
    points.flatMap(({ score }, point) => (score === Number.NEGATIVE_INFINITY ? [] : [{ score, index, point }])),
  );
  sweep.sort((a, b) => b.score - a.score);
  const flagged = series.map((points) => points.map(() => false));
  let [falseAlarms, threshold, allowed] = [0, Number.POSITIVE_INFINITY, 0];
  for (const [k, { score, index, point }] of sweep.entries()) {
    flagged[index]![point] = true;
    falseAlarms += newFalseAlarms(series[index]!, flagged[index]!, point);
    if (sweep[k + 1]?.score === score) continue;
    if (falseAlarms > falseAlarmBudget) break;
    [threshold, allowed] = [score, falseAlarms];
  }
  const events = series.flatMap((points) => labelledEvents(points).map((event) => ({ points, event })));
  const found = events.filter(({ points, event }) => isFound(points, event, threshold)).length;
  return { events: events.length, found, falseAlarms: allowed, threshold };
}

/** One more, none if it joins one, one fewer if it joins two. */
function newFalseAlarms(points: readonly Scored[], flagged: readonly boolean[], point: number): number {
  const isFalseAlarm = (at: number) => flagged[at] === true && !points[at]!.isPositive;
  if (!isFalseAlarm(point)) return 0;
  return 1 - Number(isFalseAlarm(point - 1)) - Number(isFalseAlarm(point + 1));
}

function isFound(points: readonly Scored[], { from, to }: PointRange, threshold: number): boolean {
  return points.slice(from, to).some(({ score }) => score >= threshold);
}
