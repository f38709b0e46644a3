import type { ClosedWindow, MetricDefinition } from '../../domain/index.ts';
import { incidentFactor } from './incident-factor.ts';
import { contrastIn, type RolloutCourse } from './rollout-course.ts';
import { reliability } from './shrunk.ts';

/** Harm is told as a share of what full coverage would have done in so long. */
export const HORIZON_MS = 12 * 3_600_000;

/** What a unit gone wrong counts, by the kind of metric: as in the decision benchmark. */
const WEIGHTS: Readonly<Record<MetricDefinition['kind'], number>> = { rate: 1, duration: 0.3, value: 1 };

/** What harm was like in the end is what goes on until the horizon. */
const LATEST_MS = 3_600_000;

/**
 * Harm of a rollout that regressed, as a share of that of full coverage for twelve hours from the start, in [0, 1].
 *
 * Excess of bad events over control, window by window, over what full coverage would have had: in each window that was seen as
 * much more as there were more units, and from the end on as much as in the latest hour, but for a shared incident then; of a rollout that
 * completed, that goes on for everybody. A metric counts as far as its excess stands out from its noise. Where none shows any, as where a person knew better, every treated unit counts alike.
 */
export function rolloutHarm(course: RolloutCourse): number {
  const units = course.windows.map((window) => ({ startMs: window.startMs, ...unitsIn(course, window) }));
  const harms = course.definition.metrics
    .filter(({ role }) => role === 'guardrail')
    .map((metric) => harmIn(course, metric, units));
  const seenMs = new Set(units.map(({ startMs }) => startMs)).size * course.definition.windowMs;
  const unitsPerMs = seenMs === 0 ? 0 : sum(units, 'units') / seenMs;
  const leftMs = Math.max(0, HORIZON_MS - seenMs);
  const going = sum(harms, 'latest') / Math.max(1, sum(latestOf(units), 'treated'));
  const goesOn = going * unitsPerMs * leftMs;
  const full = sum(harms, 'full') + goesOn;
  const everybody = unitsPerMs * HORIZON_MS;
  // A change that nobody took back goes on doing what it does.
  const isKept = course.end === 'completed';
  if (full > 0) return Math.min(1, (sum(harms, 'done') + (isKept ? goesOn : 0)) / full);
  const treated = sum(units, 'treated') + (isKept ? unitsPerMs * leftMs : 0);
  return everybody === 0 ? 0 : Math.min(1, treated / everybody);
}

interface WindowUnits {
  readonly startMs: number;
  readonly treated: number;
  readonly units: number;
}

/** Excess of one metric as far as it stands out over the whole generation, or over its latest hour; none of it is below 0. */
interface MetricHarm {
  readonly latest: number;
  /** What full coverage would have had in the windows that were seen. */
  readonly full: number;
  /** What there was. */
  readonly done: number;
}

/** Each metric by itself: what is better by one does not make up for what is worse by another. */
function harmIn(course: RolloutCourse, metric: MetricDefinition, units: readonly WindowUnits[]): MetricHarm {
  const found = course.windows.map((window, index) => {
    const { excess, variance, expected } = contrastIn(course, window, metric) ?? NOTHING_SHOWN;
    const { startMs, treated, units: all } = units[index]!;
    return { startMs, treated, excess, variance, expected, full: treated === 0 ? 0 : (excess * all) / treated };
  });
  const latest = latestOf(found);
  const factor = WEIGHTS[metric.kind] * Math.max(belief(found), belief(latest));
  return {
    latest: (factor * Math.max(0, sum(latest, 'excess'))) / incidentFactor(found, latest),
    full: factor * Math.max(0, sum(found, 'full')),
    done: factor * Math.max(0, sum(found, 'excess')),
  };
}

const NOTHING_SHOWN = { excess: 0, variance: 0, expected: 0 };

/** So many standard errors an excess has to stand out: each of several metrics has a lucky hour now and then. */
const STANDS_OUT = 2;

function belief(windows: readonly { readonly excess: number; readonly variance: number }[]): number {
  const shown = { excess: sum(windows, 'excess'), variance: sum(windows, 'variance') };
  return shown.excess < STANDS_OUT * Math.sqrt(shown.variance) ? 0 : reliability(shown);
}

function latestOf<Part extends { readonly startMs: number }>(parts: readonly Part[]): Part[] {
  const endMs = parts.reduce((latest, { startMs }) => Math.max(latest, startMs), 0);
  return parts.filter(({ startMs }) => startMs > endMs - LATEST_MS);
}

function unitsIn({ compared }: RolloutCourse, { sources }: ClosedWindow): Omit<WindowUnits, 'startMs'> {
  const shown = Object.entries(sources).filter(([source]) => !compared.excluded.includes(source));
  const unitsOf = (variants: readonly string[]) =>
    shown.reduce((n, [, source]) => n + variants.reduce((m, name) => m + (source.variants[name]?.units ?? 0), 0), 0);
  const treated = unitsOf(compared.treatments);
  return { treated, units: treated + unitsOf([compared.control]) };
}

function sum<Key extends string>(parts: readonly { readonly [key in Key]: number }[], key: Key): number {
  return parts.reduce((total, part) => total + part[key], 0);
}
