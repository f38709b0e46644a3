import {
  addVariant,
  addVariants,
  type ClosedWindow,
  type MetricDefinition,
  type MetricWindows,
  type RolloutDefinition,
  SHARE_TOTAL,
  type VariantWindow,
} from '../../domain/index.ts';
import {
  type BusinessSides,
  type DurationSketch,
  MAX_RISK_SEGMENTS,
  mergeSketches,
  type RateSides,
  RISK_FEATURES_V2,
  type RiskFeaturesState,
  type RiskStratum,
  slowCounts,
  slowThresholds,
} from '../../models/index.ts';
import type { MinuteVector, VectorMaker } from './generation-vectors.ts';

/** Both sides of one minute under one coverage. */
interface Minute {
  readonly index: number;
  readonly coverage: number;
  readonly treatment: VariantWindow;
  readonly control: VariantWindow;
  readonly isBurnIn: boolean;
}

/** What the strata of a generation need to know of its past; plain JSON. */
export interface StrataState {
  readonly definition: RolloutDefinition;
  /** The minute that later windows may still add to. */
  readonly open: Minute | null;
  readonly startedAt: number | null;
  readonly coverageSince: { readonly coverage: number; readonly index: number } | null;
  /** Control's durations of all minutes before. */
  readonly control: DurationSketch;
  readonly features: RiskFeaturesState;
}

const MINUTE_MS = 60_000;
const EMPTY: VariantWindow = { units: 0, newUnits: 0, requests: 0, metrics: {} };

/** Which of `SLOW_QUANTILES` makes a request slow: control's p95. */
const SLOW = 1;

/** Minutes from closed windows: sources added up, treatments taken together, a minute complete when a later one begins. */
export const VECTORS_OF_WINDOWS: VectorMaker<StrataState> = {
  empty: (definition) => ({
    definition,
    open: null,
    startedAt: null,
    coverageSince: null,
    control: {},
    features: RISK_FEATURES_V2.empty(),
  }),
  addWindows: (before, observation, windows) => {
    const vectors: MinuteVector[] = [];
    const lagSeconds = Math.max(0, (observation.nowMs - observation.closedThroughMs) / 1000);
    let state = before;
    for (const window of windows) {
      const minute = minuteOf(
        state.definition,
        window,
        observation.rollout.state.coverageSinceMs,
        observation.quarantinedSources,
      );
      const { open } = state;
      if (open !== null && open.index === minute.index && open.coverage === minute.coverage) {
        state = { ...state, open: together(open, minute) };
        continue;
      }
      if (open !== null) {
        const { state: features, vector } = RISK_FEATURES_V2.addStratum(
          state.features,
          stratumOf(state, open, lagSeconds),
        );
        const units = open.treatment.units + open.control.units;
        vectors.push({ endMs: (open.index + 1) * MINUTE_MS, units, vector });
        state = { ...state, features };
      }
      state = begin(state, minute);
    }
    return { state, vectors };
  },
};

function minuteOf(
  { control, treatments, burnInMs }: RolloutDefinition,
  { startMs, coverage, sources }: ClosedWindow,
  coverageSinceMs: number,
  quarantined: readonly string[],
): Minute {
  const variants = Object.entries(sources)
    .filter(([source]) => !quarantined.includes(source))
    .reduce((sum, [, source]) => addVariants(sum, source.variants), {} as Readonly<Record<string, VariantWindow>>);
  return {
    index: Math.floor(startMs / MINUTE_MS),
    coverage,
    treatment: treatments.map(({ variant }) => variants[variant] ?? EMPTY).reduce(addVariant),
    control: variants[control] ?? EMPTY,
    isBurnIn: startMs >= coverageSinceMs && startMs < coverageSinceMs + burnInMs,
  };
}

function together(a: Minute, b: Minute): Minute {
  return {
    ...a,
    treatment: addVariant(a.treatment, b.treatment),
    control: addVariant(a.control, b.control),
    isBurnIn: a.isBurnIn || b.isBurnIn,
  };
}

/** Opens a minute; the one before, which is over now, becomes history. */
function begin(state: StrataState, minute: Minute): StrataState {
  const isSameCoverage = state.coverageSince?.coverage === minute.coverage;
  const latency = metricOf(state.definition, ({ kind }) => kind === 'duration');
  const seen = state.open === null ? {} : binsOf(state.open.control.metrics, latency);
  return {
    ...state,
    open: minute,
    startedAt: state.startedAt ?? minute.index,
    coverageSince: isSameCoverage ? state.coverageSince : { coverage: minute.coverage, index: minute.index },
    control: mergeSketches(state.control, seen),
  };
}

function stratumOf(state: StrataState, minute: Minute, watermarkLagSeconds: number): RiskStratum {
  const { definition } = state;
  const { treatment, control } = minute;
  const errors = metricOf(definition, isErrorRate);
  const latency = metricOf(definition, ({ kind }) => kind === 'duration');
  const business = metricOf(definition, ({ kind, role }) => role === 'objective' && kind !== 'duration');
  const durations = { treatment: binsOf(treatment.metrics, latency), control: binsOf(control.metrics, latency) };
  const intendedShare = minute.coverage / SHARE_TOTAL;
  const segments = definition.segments.length === 0 ? undefined : segmentsOf(minute, errors);
  return {
    errors: rateSides(treatment.metrics, control.metrics, errors),
    ...(latency === undefined ? {} : { slow: slowSides(state.control, durations), durations }),
    ...(business === undefined ? {} : { business: businessSides(treatment.metrics, control.metrics, business) }),
    ...(segments === undefined ? {} : { segments }),
    treatmentShare: intendedShare,
    minutesAtCoverage: minute.index - (state.coverageSince?.index ?? minute.index),
    minutesSinceStart: minute.index - (state.startedAt ?? minute.index),
    isBurnIn: minute.isBurnIn,
    ...(intendedShare > 0 && intendedShare < 1
      ? { newUnits: { treatment: treatment.newUnits, control: control.newUnits, intendedShare } }
      : {}),
    watermarkLagSeconds,
  };
}

function metricOf(
  { metrics }: RolloutDefinition,
  isWanted: (metric: MetricDefinition) => boolean,
): MetricDefinition | undefined {
  return metrics.find(isWanted);
}

function isErrorRate({ kind, role, goodDirection }: MetricDefinition): boolean {
  return kind === 'rate' && role === 'guardrail' && goodDirection === 'lower';
}

function rateSides(treatment: MetricWindows, control: MetricWindows, metric: MetricDefinition | undefined): RateSides {
  return { kind: 'rate', treatment: rateOf(treatment, metric), control: rateOf(control, metric) };
}

function rateOf(metrics: MetricWindows, metric: MetricDefinition | undefined) {
  const window = metric === undefined ? undefined : metrics[metric.metric];
  return window?.kind === 'rate' ? { n: window.exposures, x: window.events } : { n: 0, x: 0 };
}

function businessSides(treatment: MetricWindows, control: MetricWindows, metric: MetricDefinition): BusinessSides {
  const { kind, goodDirection } = metric;
  if (kind === 'rate') return { ...rateSides(treatment, control, metric), goodDirection };
  return { kind: 'value', treatment: valueSums(treatment, metric), control: valueSums(control, metric), goodDirection };
}

function valueSums(metrics: MetricWindows, { metric }: MetricDefinition) {
  const window = metrics[metric];
  if (window?.kind !== 'value') return { n: 0, sum: 0, sumOfSquares: 0, nonZero: 0 };
  const { exposures: n, sum, sumOfSquares, nonZero } = window;
  return { n, sum, sumOfSquares, ...(nonZero === undefined ? {} : { nonZero }) };
}

function binsOf(metrics: MetricWindows, metric: MetricDefinition | undefined): DurationSketch {
  const window = metric === undefined ? undefined : metrics[metric.metric];
  return window?.kind === 'duration' ? window.bins : {};
}

function slowSides(
  history: DurationSketch,
  { treatment, control }: { readonly treatment: DurationSketch; readonly control: DurationSketch },
): RateSides {
  const thresholds = slowThresholds(history);
  if (thresholds === undefined) return rateSides({}, {}, undefined);
  const { nT, nC, xT, xC } = slowCounts(thresholds, treatment, control)[SLOW]!;
  return { kind: 'rate', treatment: { n: nT, x: xT }, control: { n: nC, x: xC } };
}

function segmentsOf(
  { treatment, control }: Minute,
  errors: MetricDefinition | undefined,
): Readonly<Record<string, RateSides>> {
  const names = Object.keys(control.segments ?? {})
    .sort()
    .slice(0, MAX_RISK_SEGMENTS);
  return Object.fromEntries(
    names.map((name) => [name, rateSides(treatment.segments?.[name] ?? {}, control.segments![name]!, errors)]),
  );
}
