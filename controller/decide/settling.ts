import type { MetricDefinition } from '../../domain/index.ts';
import type { HarmLevel } from './harm-level.ts';
import type { StageEvidence } from './stage-evidence.ts';

/**
 * What is to be made of harm by a metric that people may only be getting used to: soon after a raise it is `early` to
 * tell; later data leave it `undecided`, or say that it is `lasting` or has `faded`.
 */
export type Settling = 'early' | 'undecided' | 'lasting' | 'faded';

/** When the present stage began, and the present epoch of the evidence. */
export interface Moment {
  readonly stage: Pick<StageEvidence, 'ordinal' | 'sinceMs' | 'isLook'>;
  readonly epoch: { readonly sinceMs: number; readonly stage: number } | null;
}

/** ln of the e-value, about three, from which what people do once they are used to it says that harm lasts. */
const LASTING_LOG_E = 0.5 * Math.LN10;

/** When people are used to the newest raise, ms since 1970, or to a step down at once; undefined for a metric that does not settle. */
export function settledFromMs(
  { settling }: MetricDefinition,
  { sinceMs, isLook }: Moment['stage'],
): number | undefined {
  if (settling === undefined) return undefined;
  return isLook === true ? sinceMs : sinceMs + settling.withinMs;
}

/** What the evidence says of it so far; whether it has faded is not looked at. Undefined for a metric that does not settle. */
export function settlingOf(
  metric: MetricDefinition,
  { presentLogE }: Pick<HarmLevel, 'presentLogE'>,
  { stage, epoch }: Moment,
): Settling | undefined {
  const fromMs = settledFromMs(metric, stage);
  if (fromMs === undefined) return undefined;
  // An epoch begins when it has settled.
  if (epoch === null || epoch.stage !== stage.ordinal || epoch.sinceMs < fromMs) return 'early';
  return presentLogE >= LASTING_LOG_E ? 'lasting' : 'undecided';
}

/** Whether harm is waited with because it may pass. */
export function isWaitedFor(settling: Settling | null | undefined): boolean {
  return settling != null && settling !== 'lasting';
}

/**
 * ln of what counts for taking a rollout back: of harm that may pass only what is too much to wait for.
 *
 * Lowering an e-value keeps it one, so waiting costs time and adds no false rollbacks.
 */
export function breachLogE(metric: MetricDefinition, level: HarmLevel, moment: Moment): number {
  const isWaiting = isWaitedFor(settlingOf(metric, level, moment));
  return isWaiting ? Math.min(level.logE, level.beyondSettlingLogE) : level.logE;
}
