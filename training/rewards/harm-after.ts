import type { ClosedWindow, MetricDefinition } from '../../domain/index.ts';
import { contrastIn, type RolloutCourse } from './rollout-course.ts';
import { reliability } from './shrunk.ts';

/** Harm is told as a share of what full coverage would have done in so long. */
export const HORIZON_MS = 12 * 3_600_000;

/** What a unit gone wrong counts, by the kind of metric: as in the decision benchmark. */
const WEIGHTS: Readonly<Record<MetricDefinition['kind'], number>> = { rate: 1, duration: 0.3, value: 1 };

/** What harm was like in the end is what goes on until the horizon. */
const LATEST_MS = 3_600_000;

/**
 * Harm of a rollout that regressed, after a moment, as a share of that of full coverage for twelve hours from the start, in [0, 1].
 *
 * Excess of bad events over control, window by window, over what full coverage would have had: in each window that was seen as
 * much more as there were more units, and from the end on as much as in the latest hour. A metric counts as far as its excess
 * stands out from its noise. Where none shows any, as where a person knew better, every treated unit counts alike.
 */
export function harmAfter(course: RolloutCourse): (sinceMs: number) => number {
  const parts = harmParts(course);
  const seenMs = new Set(parts.map(({ startMs }) => startMs)).size * course.definition.windowMs;
  const unitsPerMs = seenMs === 0 ? 0 : sum(parts, 'units') / seenMs;
  const latest = latestOf(parts);
  const going = sum(latest, 'excess') / Math.max(1, sum(latest, 'treated'));
  const seen = parts.reduce(
    (all, { excess, treated, units }) => all + (treated === 0 ? 0 : (excess * units) / treated),
    0,
  );
  const full = Math.max(0, seen) + Math.max(0, going) * unitsPerMs * Math.max(0, HORIZON_MS - seenMs);
  const everybody = unitsPerMs * HORIZON_MS;
  return (sinceMs) => {
    const after = parts.filter(({ startMs }) => startMs >= sinceMs);
    if (full > 0) return Math.min(1, Math.max(0, sum(after, 'excess')) / full);
    return everybody === 0 ? 0 : Math.min(1, sum(after, 'treated') / everybody);
  };
}

interface HarmPart {
  readonly startMs: number;
  readonly excess: number;
  readonly treated: number;
  readonly units: number;
}

function harmParts(course: RolloutCourse): readonly HarmPart[] {
  const guardrails = course.definition.metrics.filter(({ role }) => role === 'guardrail');
  const contrasts = guardrails.map((metric) => weighted(course, metric));
  return course.windows.map((window, index) => ({
    startMs: window.startMs,
    excess: contrasts.reduce((total, ofMetric) => total + (ofMetric[index] ?? 0), 0),
    ...unitsIn(course, window),
  }));
}

/** Excess of one metric in every window, as far as it stands out over the whole generation, or over its latest hour. */
function weighted(course: RolloutCourse, metric: MetricDefinition): readonly number[] {
  const found = course.windows.map((window) => {
    const { excess, variance } = contrastIn(course, window, metric) ?? { excess: 0, variance: 0 };
    return { startMs: window.startMs, excess, variance };
  });
  const of = (some: typeof found) => reliability({ excess: sum(some, 'excess'), variance: sum(some, 'variance') });
  const share = Math.max(of(found), of(latestOf(found)));
  return found.map(({ excess }) => WEIGHTS[metric.kind] * share * excess);
}

function latestOf<Part extends { readonly startMs: number }>(parts: readonly Part[]): Part[] {
  const endMs = parts.reduce((latest, { startMs }) => Math.max(latest, startMs), 0);
  return parts.filter(({ startMs }) => startMs > endMs - LATEST_MS);
}

function unitsIn({ compared }: RolloutCourse, { sources }: ClosedWindow): Pick<HarmPart, 'treated' | 'units'> {
  const shown = Object.entries(sources).filter(([source]) => !compared.excluded.includes(source));
  const unitsOf = (variants: readonly string[]) =>
    shown.reduce((n, [, source]) => n + variants.reduce((m, name) => m + (source.variants[name]?.units ?? 0), 0), 0);
  const treated = unitsOf(compared.treatments);
  return { treated, units: treated + unitsOf([compared.control]) };
}

function sum<Key extends string>(parts: readonly { readonly [key in Key]: number }[], key: Key): number {
  return parts.reduce((total, part) => total + part[key], 0);
}
