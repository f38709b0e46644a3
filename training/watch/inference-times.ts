/** How long a model took for one score, and how long the shipped model took for the same inputs right after. */
export interface ScoreTiming {
  readonly ms: number;
  readonly yardstickMs: number;
}

/** What one process knows of a model's speed. */
export interface InferenceTimes {
  readonly scores: number;
  /** Scores in a row, up to the newest one, that came too late. */
  readonly lateInARow: number;
}

/** A score that takes longer is late: a pass over a rollout takes about as long as a whole. */
export const LATE_SCORE_MS = 50;

/** One late score may be a pause of the process; so many in a row are the model's. */
export const MAX_LATE_IN_A_ROW = 3;

/** Before the first score. */
export const NO_TIMES: InferenceTimes = { scores: 0, lateInARow: 0 };

/** Adds the time of one score; where the shipped model was late too the process is slow, which says nothing of the model. */
export function addTiming(times: InferenceTimes, { ms, yardstickMs }: ScoreTiming): InferenceTimes {
  if (yardstickMs > LATE_SCORE_MS) return times;
  return { scores: times.scores + 1, lateInARow: ms > LATE_SCORE_MS ? times.lateInARow + 1 : 0 };
}
