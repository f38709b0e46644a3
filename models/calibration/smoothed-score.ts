/** The scores of one rollout so far; plain JSON. */
export interface ScoreState {
  /** Strata seen, those without a usable score included. */
  readonly strata: number;
  /** The newest usable scores, at most three, newest last. */
  readonly recent: readonly number[];
  /** EMA = .6 EMA + .4 s; it starts at 0, which is not calm. */
  readonly average: number;
  /** M = max_t S_t; null before the first smoothed score. */
  readonly maximum: number | null;
  /** Strata without a usable score since the last one that had it. */
  readonly dropped: number;
  /** True from the third such stratum in a row on: the model is off for the rest of the rollout. */
  readonly isOff: boolean;
}

/** A stratum's smoothed score, and the state after it. */
export interface ScoreStep {
  readonly state: ScoreState;
  /** S_t; null before the fifth stratum, where the stratum's own score was unusable, and once the model is off. */
  readonly smoothed: number | null;
}

/** The state before the first stratum. */
export const NO_SCORES: ScoreState = {
  strata: 0,
  recent: [],
  average: 0,
  maximum: null,
  dropped: 0,
  isOff: false,
};

/** The first stratum that has a smoothed score. */
export const FIRST_SCORED_STRATUM = 5;

/** Adds a stratum's score: S_t = min(s_t, s_{t−1}, s_{t−2}), so that one wild minute is no alarm; null is unusable. */
export function addScore(state: ScoreState, score: number | null): ScoreStep {
  const strata = state.strata + 1;
  if (state.isOff) return { state: { ...state, strata }, smoothed: null };
  if (score === null || !Number.isFinite(score)) {
    const dropped = state.dropped + 1;
    return { state: { ...state, strata, dropped, isOff: dropped >= MAX_DROPPED }, smoothed: null };
  }
  const recent = [...state.recent, score].slice(-SMOOTHED_OVER);
  const smoothed = strata < FIRST_SCORED_STRATUM ? null : Math.min(...recent);
  const maximum = smoothed === null ? state.maximum : Math.max(smoothed, state.maximum ?? smoothed);
  const average = KEPT * state.average + (1 - KEPT) * score;
  return { state: { strata, recent, average, maximum, dropped: 0, isOff: false }, smoothed };
}

/** True if the moving average has come down below a level: the model sees nothing to wait for. */
export function isCalm({ strata, average, isOff }: ScoreState, level: number): boolean {
  return !isOff && strata >= FIRST_SCORED_STRATUM && average < level;
}

/** M of a whole run from its scores; null for a run that never had a smoothed one. */
export function runMaximum(scores: Iterable<number | null>): number | null {
  let state = NO_SCORES;
  for (const score of scores) ({ state } = addScore(state, score));
  return state.maximum;
}

const SMOOTHED_OVER = 3;
const MAX_DROPPED = 3;
const KEPT = 0.6;
