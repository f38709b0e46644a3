import {
  addMetrics,
  type ClosedWindow,
  type MetricWindows,
  SHARE_TOTAL,
  segmentOf,
  type VariantPart,
  type VariantWindow,
} from '../../domain/index.ts';
import type { Draws } from '../draws.ts';
import { ALLOCATION_BASE, type Region } from './allocation-world.ts';
import { hoursOf, type WorldMinute } from './world-minute.ts';

/** How the units of one country are divided in a minute. */
export interface CountryAllocation {
  readonly intended: WorldMinute['intended'];
  /** The leaf that its units are reported under; undefined where all countries are treated alike. */
  readonly leaf: string | undefined;
}

/** The window of one minute of a world with several countries. */
export function drawRegionalWindow(
  regions: readonly Region[],
  at: Omit<WorldMinute, 'intended'>,
  allocationIn: (country: string) => CountryAllocation,
  draws: Draws,
): ClosedWindow {
  const { units, swing } = hoursOf(at);
  const treatments = Object.keys(regions[0]!.effects);
  const variants = [...treatments, 'control'].map((variant, k) => {
    const parts = regions.map((region) => {
      const { intended, leaf } = allocationIn(region.country);
      const share = intended.treatments[k] ?? intended.control;
      const { purchases, errors } = region.effects[variant] ?? { purchases: 1, errors: 1 };
      const exposures = draws.poisson((units * region.share * share) / SHARE_TOTAL);
      const rate = (probability: number) =>
        ({ kind: 'rate', exposures, events: draws.binomial(exposures, probability) }) as const;
      const metrics = {
        errors: rate(ALLOCATION_BASE.errors * errors),
        purchases: rate(region.purchases * purchases * swing),
      };
      return { leaf, segment: segmentOf('country', region.country), exposures, metrics };
    });
    return [variant, variantOf(parts)] as const;
  });
  return {
    startMs: at.startMs,
    endMs: at.startMs + 60_000,
    coverage: at.coverage,
    sources: { app: { reports: 1, clockSkewMs: null, variants: Object.fromEntries(variants) } },
  };
}

interface CountryPart {
  readonly leaf: string | undefined;
  readonly segment: string;
  readonly exposures: number;
  readonly metrics: MetricWindows;
}

function variantOf(parts: readonly CountryPart[]): VariantWindow {
  const leaves = [...new Set(parts.flatMap(({ leaf }) => leaf ?? []))];
  const byLeaf = leaves.map((name) => [name, partOf(parts.filter(({ leaf }) => leaf === name))] as const);
  return { ...partOf(parts), ...(leaves.length > 0 && { leaves: Object.fromEntries(byLeaf) }) };
}

function partOf(parts: readonly CountryPart[]): VariantPart {
  const units = parts.reduce((sum, { exposures }) => sum + exposures, 0);
  const metrics = parts.map((part) => part.metrics).reduce(addMetrics);
  const seen = parts.filter(({ exposures }) => exposures > 0);
  const segments = Object.fromEntries(seen.map((part) => [part.segment, part.metrics]));
  return { units, newUnits: units, requests: units, metrics, segments };
}
