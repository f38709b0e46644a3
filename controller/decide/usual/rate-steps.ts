import type { ClosedWindow, MetricDefinition, RolloutDefinition } from '../../../domain/index.ts';
import { SHARE_TOTAL } from '../../../domain/index.ts';
import { HISTORY_STEPS } from '../../../models/index.ts';
import { metricIn } from '../read-window.ts';
import type { SummedWindow } from '../sum-sources.ts';

/** A step of a rate's series while its windows come in; plain JSON. */
export interface FillingStep {
  readonly startMs: number;
  /** Whether everybody has the treatment: then the step is theirs, otherwise control's. */
  readonly isFull: boolean;
  readonly isBurnIn: boolean;
  readonly events: number;
  readonly exposures: number;
}

/** A step that is over. */
export interface RateStep extends Pick<FillingStep, 'startMs' | 'isFull' | 'isBurnIn'> {
  /** ln of the rate, turned so that higher is worse; null where nobody was exposed. */
  readonly value: number | null;
}

/** A step lasts a minute, or a window where that is longer. */
export function stepMsOf({ windowMs }: Pick<RolloutDefinition, 'windowMs'>): number {
  return Math.max(60_000, windowMs);
}

/** Values that are missing between two steps; after a longer gap than a history nothing of before is in any. */
export function missingBetween(
  beforeMs: number | null,
  startMs: number,
  { windowMs }: Pick<RolloutDefinition, 'windowMs'>,
): readonly null[] {
  const steps = beforeMs === null ? 0 : (startMs - beforeMs) / stepMsOf({ windowMs }) - 1;
  return Array<null>(Math.min(HISTORY_STEPS, Math.max(0, steps))).fill(null);
}

/** The guardrails that are series of rates. */
export function ratesOf({ metrics }: RolloutDefinition): readonly MetricDefinition[] {
  return metrics.filter(({ role, kind }) => role === 'guardrail' && kind === 'rate');
}

/** Adds a window to the step that it belongs to, and says which step that ended. */
export function fillStep(
  definition: RolloutDefinition,
  metric: MetricDefinition,
  filling: FillingStep | null,
  { window, isBurnIn }: { readonly window: SummedWindow; readonly isBurnIn: boolean },
): { readonly filling: FillingStep; readonly closed: RateStep | null } {
  const stepMs = stepMsOf(definition);
  const startMs = Math.floor(window.startMs / stepMs) * stepMs;
  const isFull = isAtFullCoverage(window);
  const shown = countIn(definition, metric, window);
  const isSame = filling?.startMs === startMs && filling.isFull === isFull;
  const before = isSame ? filling : { events: 0, exposures: 0, isBurnIn: false };
  return {
    filling: {
      startMs,
      isFull,
      isBurnIn: before.isBurnIn || isBurnIn,
      events: before.events + shown.events,
      exposures: before.exposures + shown.exposures,
    },
    closed: filling === null || isSame ? null : closedStep(metric, filling),
  };
}

/** A step as it stands when nothing can be added any more. */
export function closedStep(
  { goodDirection }: MetricDefinition,
  { startMs, isFull, isBurnIn, events, exposures }: FillingStep,
): RateStep {
  const worse = goodDirection === 'lower' ? 1 : -1;
  // Half an event more than there were, so that none at all has a logarithm too.
  return {
    startMs,
    isFull,
    isBurnIn,
    value: exposures === 0 ? null : worse * Math.log((events + 0.5) / (exposures + 1)),
  };
}

function isAtFullCoverage({ coverage }: Pick<ClosedWindow, 'coverage'>): boolean {
  return coverage >= SHARE_TOTAL;
}

function countIn(
  { control, treatments }: RolloutDefinition,
  metric: MetricDefinition,
  window: SummedWindow,
): { readonly events: number; readonly exposures: number } {
  const variants = isAtFullCoverage(window) ? treatments.map(({ variant }) => variant) : [control];
  let [events, exposures] = [0, 0];
  for (const variant of variants) {
    const shown = metricIn(window, variant, metric);
    if (shown?.kind !== 'rate') continue;
    events += shown.events;
    exposures += shown.exposures;
  }
  return { events, exposures };
}
