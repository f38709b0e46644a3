import { decide, type Observation, type Outcome } from '../../../controller/decide/index.ts';
import {
  type AllocationPlan,
  type ClosedWindow,
  durationBinOf,
  type MetricDefinition,
  type Rollout,
  type RolloutDefinition,
  type RolloutState,
  type ValueWindow,
  type VariantWindow,
} from '../../../domain/index.ts';

/** When every rollout of these tests began its current coverage. */
export const START_MS = 1_760_000_000_000;
export const WINDOW_MS = 10_000;

export function aMetric(overrides: Partial<MetricDefinition> = {}): MetricDefinition {
  return {
    metric: 'errors',
    kind: 'rate',
    signal: 'error',
    role: 'guardrail',
    goodDirection: 'lower',
    margin: 0.1,
    weight: 1,
    noData: 'hold',
    graceMs: 60_000,
    unit: 'units',
    source: { kind: 'reports' },
    dispersion: 1,
    ...overrides,
  };
}

export const errors = aMetric();
export const latency = aMetric({ metric: 'latency', kind: 'duration', signal: 'latency', unit: 'ms' });
export const purchases = aMetric({ metric: 'purchases', signal: 'event', goodDirection: 'higher' });
export const revenue = aMetric({
  metric: 'revenue',
  kind: 'value',
  signal: 'event',
  goodDirection: 'higher',
  margin: 0.01,
});

/** A tenth of the units buy, for ten on average; this share less. */
export function sales(units: number, fall = 0): ValueWindow {
  const sum = units * (1 - fall);
  return { kind: 'value', exposures: units, sum, sumOfSquares: sum * 20, nonZero: Math.round(units / 10) };
}

/** One minute of burn-in, five of dwell, ten of bake; windows of ten seconds that close at once. */
export function aDefinition(overrides: Partial<RolloutDefinition> = {}): RolloutDefinition {
  return {
    rollout: 'checkout-v2',
    flag: 'checkout',
    control: 'old',
    treatments: [{ variant: 'new', split: 100_000 }],
    bucketBy: 'targetingKey',
    salt: 'checkout/checkout-v2/',
    stages: [1_000, 5_000, 20_000, 50_000, 95_000].map((coverage) => ({ coverage, dwellMs: 300_000 })),
    holdback: 5_000,
    bakeMs: 600_000,
    windowMs: WINDOW_MS,
    attributionMs: 0,
    burnInMs: 60_000,
    alpha: 0.05,
    minExposures: 100,
    patienceMs: 7_200_000,
    onInconclusive: 'proceed',
    maxStepFactor: 6,
    nonInferiorityMargin: 0.25,
    riskBudget: null,
    onSampleRatioMismatch: 'hold',
    segments: [],
    metrics: [errors],
    ...overrides,
  };
}

export function aRollout(definition: Partial<RolloutDefinition> = {}, state: Partial<RolloutState> = {}): Rollout {
  return {
    definition: aDefinition(definition),
    state: {
      phase: 'running',
      generation: 1,
      revision: 7,
      coverage: 20_000,
      coverageSinceMs: START_MS,
      startedAtMs: START_MS,
      isArchived: false,
      ...state,
    },
  };
}

/** What a variant did in one window, in units. */
export interface Shown {
  readonly units: number;
  readonly errors?: number;
  /** Absent: no window of that metric. */
  readonly purchases?: number;
  /** Durations are spread from 20 to 220 ms times this; absent: no window of that metric. */
  readonly slowness?: number;
}

export function aVariantWindow({ units, errors: events = 0, purchases: bought, slowness }: Shown): VariantWindow {
  return {
    units,
    newUnits: units,
    requests: units,
    metrics: {
      errors: { kind: 'rate', exposures: units, events },
      ...(bought === undefined ? {} : { purchases: { kind: 'rate', exposures: units, events: bought } }),
      ...(slowness === undefined
        ? {}
        : { latency: { kind: 'duration', exposures: units, bins: spreadBins(units, slowness) } }),
    },
  };
}

function spreadBins(units: number, slowness: number): Record<string, number> {
  const bins: Record<string, number> = {};
  for (let unit = 0; unit < units; unit += 1) {
    const bin = durationBinOf((20 + ((unit * 37) % 101) * 2) * slowness);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

export interface WindowsOf {
  readonly count: number;
  /** Start of the first one, ms after START_MS. */
  readonly fromMs?: number;
  readonly coverage?: number;
  readonly variants: Readonly<Record<string, Shown>>;
}

/** Windows in a row that all show the same. */
export function someWindows({ count, fromMs = 0, coverage = 20_000, variants }: WindowsOf): readonly ClosedWindow[] {
  return Array.from({ length: count }, (_, index) => ({
    startMs: START_MS + fromMs + index * WINDOW_MS,
    endMs: START_MS + fromMs + (index + 1) * WINDOW_MS,
    coverage,
    ...fromOneSource(
      Object.fromEntries(Object.entries(variants).map(([variant, shown]) => [variant, aVariantWindow(shown)])),
    ),
  }));
}

/** Everything seen by one source, in one report for each variant. */
export function fromOneSource(variants: Readonly<Record<string, VariantWindow>>): Pick<ClosedWindow, 'sources'> {
  return { sources: { app: { reports: 1, clockSkewMs: null, variants } } };
}

/** What all sources show of a window's variants, where there is one source. */
export function variantsIn({ sources }: ClosedWindow): Readonly<Record<string, VariantWindow>> {
  return sources['app']!.variants;
}

/** A fifth in treatment, both sides failing for one unit in a hundred. */
export const HEALTHY = { new: { units: 200, errors: 2 }, old: { units: 800, errors: 8 } };

/** The outcome right after the last of the windows has closed, or at `atMs` after START_MS. */
export function decideAfter(rollout: Rollout, windows: readonly ClosedWindow[], atMs?: number): Outcome {
  return decide(observationOf(rollout, windows, atMs));
}

export function observationOf(rollout: Rollout, windows: readonly ClosedWindow[], atMs?: number): Observation {
  const closedThroughMs = windows.at(-1)?.endMs ?? START_MS;
  const nowMs = atMs === undefined ? closedThroughMs : START_MS + atMs;
  return { nowMs, rollout, evidence: null, closedThroughMs, windows, quarantinedSources: [], lateShare: 0 };
}

export const codesOf = (outcome: Outcome) => outcome.decision.reasons.map(({ code }) => code);

/** Treatments are divided by purchases, newly admitted units alone, in steps of ten points every five minutes. */
export const ADAPTIVE: AllocationPlan = {
  policy: 'adaptive',
  objectives: [{ metric: 'purchases', importance: 1 }],
  floor: 5_000,
  maxMove: 10_000,
  epochMs: 300_000,
  minUnits: 100,
  alpha: 0.05,
  onBest: 'winnerTakesNew',
};
