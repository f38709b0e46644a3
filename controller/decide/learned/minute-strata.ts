import { mergeSketches, type RateSides, type RiskStratum } from '../../../models/index.ts';
import { addRates, addValues, NO_RATE, type RiskCounts, type RiskWindow } from './risk-window.ts';

/** The length of a stratum in event time; windows are no longer than that where the risk model is asked. */
export const STRATUM_MS = 60_000;

/** After an hour without a window nothing recent is left, so more empty minutes would change nothing. */
const MAX_EMPTY_MINUTES = 60;

/** The minute that windows are being added to. */
interface FillingMinute {
  readonly startMs: number;
  /** Distinct starts of its windows. */
  readonly windowCount: number;
  readonly units: number;
  /** One for each coverage, in the order of their first windows: nothing is pooled across allocations. */
  readonly strata: readonly { readonly coverage: number; readonly sinceMs: number; readonly counted: RiskCounts }[];
}

/** How far the strata have come; plain JSON. */
export interface MinuteStrata {
  /** Start of the first window; null before it. */
  readonly firstMs: number | null;
  readonly newest: { readonly startMs: number; readonly coverage: number } | null;
  /** The newest coverage, and the start of its first window. */
  readonly stage: { readonly coverage: number; readonly sinceMs: number } | null;
  readonly filling: FillingMinute | null;
}

/** A minute that is over. */
export interface ClosedMinute {
  readonly startMs: number;
  readonly units: number;
  /** False for a minute in which no window came. */
  readonly isHeard: boolean;
  readonly strata: readonly RiskStratum[];
}

/** The state before the first window. */
export const NO_STRATA: MinuteStrata = { firstMs: null, newest: null, stage: null, filling: null };

/**
 * Adds one window; the minutes that are over by it come out, empty ones too.
 *
 * Depends on nothing but the windows, so it comes to the same in one pass or in many. A window that is not newer than
 * the newest one was counted or is too late: it changes nothing.
 */
export function addToStrata(
  state: MinuteStrata,
  window: RiskWindow,
  windowMs: number,
): { readonly state: MinuteStrata; readonly closed: readonly ClosedMinute[] } {
  const { startMs, coverage } = window;
  if (state.newest !== null && !isNewer(window, state.newest)) return { state, closed: [] };
  const minuteMs = Math.floor(startMs / STRATUM_MS) * STRATUM_MS;
  const stage = state.stage?.coverage === coverage ? state.stage : { coverage, sinceMs: startMs };
  const filling = state.filling?.startMs === minuteMs ? state.filling : null;
  const closed =
    state.filling === null || filling !== null ? [] : closeThrough(state.filling, minuteMs, { state, windowMs });
  const isNewStart = filling === null || state.newest?.startMs !== startMs;
  return {
    state: {
      firstMs: state.firstMs ?? startMs,
      newest: { startMs, coverage },
      stage,
      filling: {
        startMs: minuteMs,
        windowCount: (filling?.windowCount ?? 0) + (isNewStart ? 1 : 0),
        units: (filling?.units ?? 0) + window.units,
        strata: addToCoverage(filling?.strata ?? [], window, stage.sinceMs),
      },
    },
    closed,
  };
}

function isNewer(window: RiskWindow, newest: NonNullable<MinuteStrata['newest']>): boolean {
  return window.startMs > newest.startMs || (window.startMs === newest.startMs && window.coverage > newest.coverage);
}

function addToCoverage(
  strata: FillingMinute['strata'],
  { coverage, counted }: RiskWindow,
  sinceMs: number,
): FillingMinute['strata'] {
  if (!strata.some((stratum) => stratum.coverage === coverage)) return [...strata, { coverage, sinceMs, counted }];
  return strata.map((stratum) =>
    stratum.coverage === coverage ? { ...stratum, counted: addCounts(stratum.counted, counted) } : stratum,
  );
}

/** Both windows as one; burn-in in part is burn-in. */
function addCounts(left: RiskCounts, right: RiskCounts): RiskCounts {
  const { slow, business, segments, durations, newUnits } = left;
  const names = new Set([...Object.keys(segments ?? {}), ...Object.keys(right.segments ?? {})]);
  const segmentIn = ({ segments: shown }: RiskCounts, name: string): RateSides =>
    shown !== undefined && Object.hasOwn(shown, name) ? shown[name]! : NO_RATE;
  return {
    ...left,
    errors: addRates(left.errors, right.errors),
    isBurnIn: left.isBurnIn || right.isBurnIn,
    ...(slow && right.slow ? { slow: addRates(slow, right.slow) } : {}),
    ...(business && right.business ? { business: addBusiness(business, right.business) } : {}),
    ...(segments === undefined
      ? {}
      : {
          segments: Object.fromEntries(
            [...names].map((name) => [name, addRates(segmentIn(left, name), segmentIn(right, name))]),
          ),
        }),
    ...(durations && right.durations
      ? {
          durations: {
            treatment: mergeSketches(durations.treatment, right.durations.treatment),
            control: mergeSketches(durations.control, right.durations.control),
          },
        }
      : {}),
    ...(newUnits && right.newUnits
      ? {
          newUnits: {
            ...newUnits,
            treatment: newUnits.treatment + right.newUnits.treatment,
            control: newUnits.control + right.newUnits.control,
          },
        }
      : {}),
  };
}

type Business = NonNullable<RiskCounts['business']>;

function addBusiness(left: Business, right: Business): Business {
  const { goodDirection } = left;
  if (left.kind === 'value' && right.kind === 'value') return { ...addValues(left, right), goodDirection };
  if (left.kind === 'rate' && right.kind === 'rate') return { ...addRates(left, right), goodDirection };
  throw new Error('a metric does not change its kind during a rollout');
}

/** The minute that was filled, and those without a window up to a later one. */
function closeThrough(
  filling: FillingMinute,
  minuteMs: number,
  { state, windowMs }: { readonly state: MinuteStrata; readonly windowMs: number },
): readonly ClosedMinute[] {
  const expected = Math.max(1, Math.floor(STRATUM_MS / windowMs));
  const firstMs = state.firstMs ?? filling.startMs;
  const times = (atMs: number, sinceMs: number) => ({
    minutesAtCoverage: Math.max(0, atMs - sinceMs) / STRATUM_MS,
    minutesSinceStart: Math.max(0, atMs - firstMs) / STRATUM_MS,
  });
  const last = filling.strata.length - 1;
  const missing = Math.max(0, expected - filling.windowCount);
  const heard: ClosedMinute = {
    startMs: filling.startMs,
    units: filling.units,
    isHeard: true,
    strata: filling.strata.map(({ sinceMs, counted }, index) => ({
      ...counted,
      ...times(filling.startMs, sinceMs),
      // Windows belong to the minute, so they are told once.
      windows: index === last ? { expected, missing } : { expected: 0, missing: 0 },
    })),
  };
  const { sinceMs, counted } = filling.strata[last]!;
  const count = Math.min(MAX_EMPTY_MINUTES, (minuteMs - filling.startMs) / STRATUM_MS - 1);
  const empty = Array.from({ length: count }, (_, index): ClosedMinute => {
    const startMs = minuteMs - (count - index) * STRATUM_MS;
    const { treatmentShare, isBurnIn } = counted;
    const windows = { expected, missing: expected };
    const stratum = { errors: NO_RATE, treatmentShare, isBurnIn, ...times(startMs, sinceMs), windows };
    return { startMs, units: 0, isHeard: false, strata: [stratum] };
  });
  return [heard, ...empty];
}
