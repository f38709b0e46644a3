import { type ClosedWindow, type RateWindow, SHARE_TOTAL, segmentOf, type VariantWindow } from '../../domain/index.ts';
import type { Draws } from '../draws.ts';
import { ALLOCATION_BASE, type AllocationWorld, SMALL_SEGMENT, type TreatmentEffect } from './allocation-world.ts';
import { hoursOf, type WorldMinute } from './world-minute.ts';

const CONTROL: TreatmentEffect = { variant: 'control', purchases: 1, errors: 1 };

/** The window of one minute. */
export function drawWindow(world: AllocationWorld, at: WorldMinute, draws: Draws): ClosedWindow {
  const { units, swing } = hoursOf(at);
  const variants = [
    ...world.treatments.map((effect, k) => [effect, at.intended.treatments[k]!] as const),
    [CONTROL, at.intended.control] as const,
  ].map(([effect, share]) => [effect.variant, drawVariant(effect, (units * share) / SHARE_TOTAL, swing, draws)]);
  return {
    startMs: at.startMs,
    endMs: at.startMs + 60_000,
    coverage: at.coverage,
    sources: { app: { reports: 1, clockSkewMs: null, variants: Object.fromEntries(variants) } },
  };
}

function drawVariant(effect: TreatmentEffect, mean: number, swing: number, draws: Draws): VariantWindow {
  const segments = [
    [segmentOf('country', 'large'), 1 - SMALL_SEGMENT, effect.errors] as const,
    [segmentOf('country', 'small'), SMALL_SEGMENT, effect.errors * (effect.errorsInSmall ?? 1)] as const,
  ].map(([segment, share, errors]) => {
    const exposures = draws.poisson(mean * share);
    const events = draws.binomial(exposures, ALLOCATION_BASE.errors * errors);
    return [segment, { kind: 'rate', exposures, events }] as const satisfies readonly [string, RateWindow];
  });
  const units = segments.reduce((sum, [, { exposures }]) => sum + exposures, 0);
  const failed = segments.reduce((sum, [, { events }]) => sum + events, 0);
  const bought = draws.binomial(units, ALLOCATION_BASE.purchases * effect.purchases * swing);
  return {
    units,
    newUnits: units,
    requests: units,
    metrics: {
      errors: { kind: 'rate', exposures: units, events: failed },
      purchases: { kind: 'rate', exposures: units, events: bought },
    },
    segments: Object.fromEntries(
      segments.filter(([, { exposures }]) => exposures > 0).map(([segment, errors]) => [segment, { errors }]),
    ),
  };
}
