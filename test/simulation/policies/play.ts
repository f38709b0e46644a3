import { SHARE_TOTAL } from '../../../domain/index.ts';
import type { ArmWindow, PolicyMove, PolicyRun, PolicyWindow, Rule } from '../../../simulation/policies/index.ts';

export const MINUTE_MS = 60_000;

/** An arm without events, but for what is said. */
export function anArm(counts: Partial<ArmWindow>): ArmWindow {
  return {
    exposures: 0,
    errors: 0,
    slow: 0,
    durations: {},
    conversions: 0,
    revenue: { sum: 0, sumOfSquares: 0 },
    ...counts,
  };
}

/** What the arms show in the n-th minute (from 1) at a coverage; null: nothing arrives. */
export type Minute = (minute: number, coverage: number) => { treatment: ArmWindow; control: ArmWindow } | null;

/** One tick of a played rollout: what the rule said, and the coverage that it said it at. */
export interface Tick extends PolicyMove {
  readonly minute: number;
  readonly at: number;
}

/** Plays a rule minute by minute until it ends its rollout; every window arrives at the end of its minute. */
export function play(rule: Rule, minutes: number, minuteOf: Minute, seed = 1): readonly Tick[] {
  const run: PolicyRun = rule.start(seed);
  const ticks: Tick[] = [];
  let [coverage, coverageSinceMs] = [rule.firstCoverage, 0];
  for (let minute = 1; minute <= minutes; minute += 1) {
    const nowMs = minute * MINUTE_MS;
    const arms = minuteOf(minute, coverage);
    const windows: PolicyWindow[] =
      arms === null ? [] : [{ startMs: nowMs - MINUTE_MS, endMs: nowMs, coverage, segments: {}, ...arms }];
    const move = run.step({ nowMs, coverage, coverageSinceMs, windows });
    ticks.push({ ...move, minute, at: coverage });
    if (move.action === 'rollback' || move.action === 'complete') break;
    if (move.action === 'move') [coverage, coverageSinceMs] = [move.coverage!, nowMs];
  }
  return ticks;
}

/** Minutes and coverages, in per cent, of the moves of a rollout. */
export function movesOf(ticks: readonly Tick[]): readonly (readonly [number, number])[] {
  return ticks
    .filter(({ action }) => action === 'move')
    .map(({ minute, coverage }) => [minute, (coverage! * 100) / SHARE_TOTAL]);
}

/** How and when a rollout ended. */
export function endOf(ticks: readonly Tick[]): readonly [PolicyMove['action'], number] {
  const last = ticks.at(-1)!;
  return [last.action, last.minute];
}

/** A service with the same shares in every minute, divided by coverage; `worse` is a factor on the treatment's errors. */
export function steady(perMinute: number, errorShare: number, worse = 1): Minute {
  return (_, coverage) => {
    const treated = Math.round((perMinute * coverage) / SHARE_TOTAL);
    const untreated = perMinute - treated;
    return {
      treatment: anArm({ exposures: treated, errors: Math.round(treated * errorShare * worse) }),
      control: anArm({ exposures: untreated, errors: Math.round(untreated * errorShare) }),
    };
  };
}
