import { SHARE_TOTAL } from '../../../domain/index.ts';
import type { PolicyMove, PolicyView } from '../policy.ts';
import { complete, hold, moveTo } from './moves.ts';

/** Coverages in rising order, and how long each is kept. */
export interface Ladder {
  /** Out of SHARE_TOTAL, rising; after the last one comes full coverage. */
  readonly stages: readonly number[];
  readonly dwellMs: number;
}

const HOUR_MS = 3_600_000;

/** 1 → 5 → 10 → 25 → 50 % by the hour, then everybody. */
export const HOURLY: Ladder = { stages: [1_000, 5_000, 10_000, 25_000, 50_000], dwellMs: HOUR_MS };

/** The same ladder at other speeds, as a knob for tuning. */
export function atSpeeds(dwellMinutes: readonly number[]): readonly Ladder[] {
  return dwellMinutes.map((minutes) => ({ stages: HOURLY.stages, dwellMs: minutes * 60_000 }));
}

/** Whether the present coverage was kept for as long as the ladder says. */
export function isDwellOver(view: PolicyView, dwellMs: number): boolean {
  return view.nowMs - view.coverageSinceMs >= dwellMs;
}

const DWELLING = hold('the stage is not over');

/** The next stage once the present one is over. */
export function climb(view: PolicyView, { stages, dwellMs }: Ladder): PolicyMove {
  if (!isDwellOver(view, dwellMs)) return DWELLING;
  const next = stages.find((coverage) => coverage > view.coverage);
  return next === undefined || next >= SHARE_TOTAL
    ? complete('the last stage is over')
    : moveTo(next, 'the stage is over');
}
