import type { MetricDefinition, RolloutDefinition } from '../../domain/index.ts';
import {
  addFading,
  addLikelihoodWindow,
  addRateWindow,
  combineSources,
  EMPTY_SKETCH,
  emptyRateEvidence,
  excessTest,
  type FlatSketch,
  flatLikelihood,
  flatSketch,
  type MixtureTest,
  type RateEvidence,
  RELATIVE_RISKS,
  type RiskLikelihood,
  SLOW_QUANTILES,
  type SlowThresholds,
  type WindowCounts,
} from '../../models/index.ts';
import {
  addToMonitor,
  countsOf,
  emptyMonitorEvidence,
  etaOf,
  type Monitor,
  type MonitorEvidence,
  monitorsOf,
} from './guardrail-monitors.ts';
import { ownEntry, type Sides } from './read-window.ts';
import { addSegments, emptySegments, type SegmentsEvidence } from './segments-evidence.ts';
import { type Totals, totalsOf } from './totals.ts';

/** What the windows say about one treatment and one guardrail. */
export interface GuardrailEvidence {
  /** End of the newest window in which the treatment had data; null while it never had any. */
  readonly lastDataMs: number | null;
  /** By source, so that no source can speak for the others. */
  readonly sources: Readonly<Record<string, SourceEvidence>>;
  /** Likelihood of the relative risk, for a duration that of being slower than control's p95; flat for a value. */
  readonly likelihood: RiskLikelihood;
  /** The treatment's durations, fading; empty for anything else. */
  readonly sketch: FlatSketch;
  /** Watched segments of a rate; empty for anything else. */
  readonly segments: SegmentsEvidence;
  readonly epoch: EpochEvidence;
}

/** Where the present epoch began, so that harm that begins late need not undo what healthy time said before. */
export interface EpochEvidence {
  /** 1 for the first. */
  readonly ordinal: number;
  /** ln of the weighted sum of E over the epochs before; null in the first. */
  readonly past: number | null;
  /** What was known when it began; a source that is not here came later. */
  readonly start: Pick<GuardrailEvidence, 'segments'> & {
    readonly sources: Readonly<Record<string, Pick<SourceEvidence, 'monitors'>>>;
  };
}

/** What one source says about one treatment and one guardrail. */
export interface SourceEvidence {
  /** One for each of `monitorsOf`, in the same order. */
  readonly monitors: readonly MonitorEvidence[];
  /** The coarse test of the windows that the others skip; null where it is not run. */
  readonly burnIn: RateEvidence | null;
}

/** What one source showed of one guardrail in one window. */
export interface SourceWindow extends Sides {
  readonly source: string;
  /** From its control's windows before this one; undefined for anything but durations, and while control is little known. */
  readonly thresholds: SlowThresholds | undefined;
  readonly segments: Readonly<Record<string, Sides>>;
}

/** One closed window of one guardrail. */
export interface GuardrailWindow {
  /** All sources together. */
  readonly sides: Sides;
  readonly bySource: readonly SourceWindow[];
  readonly isBurnIn: boolean;
  readonly endMs: number;
  /** Factor by which what is older counts less. */
  readonly fading: number;
}

/** Index of the 0.95 in `SLOW_QUANTILES`: the quantile that stands for a duration where one number is needed. */
export const TAIL = SLOW_QUANTILES.indexOf(0.95);

/** Bursts of bad luck come from single clients; fewer distinct units with an event than this never fire a test. */
export const MIN_UNITS_WITH_EVENT = 3;

/** In burn-in only this much worse counts as harm: cold caches are expected then. */
const CATASTROPHE_R0 = 2.5;

function catastropheTest(metric: MetricDefinition): MixtureTest {
  const known = catastropheTests.get(metric);
  if (known !== undefined) return known;
  const test = excessTest(CATASTROPHE_R0, 'above', etaOf(metric));
  catastropheTests.set(metric, test);
  return test;
}

/** They follow from the definition alone, and each pass asks for them many times. */
const catastropheTests = new WeakMap<MetricDefinition, MixtureTest>();

/** The state before the first window. */
export function emptyGuardrailEvidence(): GuardrailEvidence {
  return {
    lastDataMs: null,
    sources: {},
    likelihood: flatLikelihood(RELATIVE_RISKS),
    sketch: EMPTY_SKETCH,
    segments: emptySegments(),
    epoch: { ordinal: 1, past: null, start: { sources: {}, segments: emptySegments() } },
  };
}

/** Adds one closed window; in burn-in only the coarse test counts it. */
export function addGuardrailWindow(
  metric: MetricDefinition,
  { alpha }: RolloutDefinition,
  evidence: GuardrailEvidence,
  window: GuardrailWindow,
): GuardrailEvidence {
  const { sides, isBurnIn } = window;
  const monitors = monitorsOf(metric, alpha);
  const sources = new Map(Object.entries(evidence.sources));
  const counted: (readonly WindowCounts[])[] = [];
  for (const part of window.bySource) {
    const counts = countsOf(part, part.thresholds);
    if (counts !== undefined) counted.push(counts);
    const before = sources.get(part.source) ?? emptySource(metric, monitors);
    sources.set(
      part.source,
      isBurnIn ? addBurnIn(metric, before, counts) : addToMonitors(metric, monitors, before, { sides: part, counts }),
    );
  }
  const shown = counted.map((counts) => counts[representative(metric)]!);
  return {
    epoch: evidence.epoch,
    lastDataMs: (sides.treatment?.exposures ?? 0) > 0 ? window.endMs : evidence.lastDataMs,
    sources: Object.fromEntries(sources),
    likelihood: isBurnIn || shown.length === 0 ? evidence.likelihood : addCounts(evidence.likelihood, shown, metric),
    sketch: metric.kind === 'duration' ? fadedSketch(evidence.sketch, window) : evidence.sketch,
    segments: isBurnIn || metric.kind !== 'rate' ? evidence.segments : addSegments(metric, evidence.segments, window),
  };
}

function emptySource(metric: MetricDefinition, monitors: readonly Monitor[]): SourceEvidence {
  return { monitors: monitors.map(emptyMonitorEvidence), burnIn: emptyBurnIn(metric) };
}

function addBurnIn(
  metric: MetricDefinition,
  evidence: SourceEvidence,
  counts: readonly WindowCounts[] | undefined,
): SourceEvidence {
  if (evidence.burnIn === null || counts === undefined) return evidence;
  return { ...evidence, burnIn: addRateWindow(catastropheTest(metric), evidence.burnIn, counts[0]!) };
}

function addToMonitors(
  metric: MetricDefinition,
  monitors: readonly Monitor[],
  evidence: SourceEvidence,
  { sides, counts }: { readonly sides: Sides; readonly counts: readonly WindowCounts[] | undefined },
): SourceEvidence {
  return {
    ...evidence,
    monitors: monitors.map((monitor, index) =>
      addToMonitor(monitor, evidence.monitors[index]!, { sides, counts, metric }),
    ),
  };
}

/** Cold caches make slow answers and fewer sales, so only failures are watched in burn-in. */
function emptyBurnIn(metric: MetricDefinition): RateEvidence | null {
  const { kind, goodDirection } = metric;
  return kind === 'rate' && goodDirection === 'lower' ? emptyRateEvidence(catastropheTest(metric)) : null;
}

/** Index of the monitor that stands for a guardrail where one is needed. */
export function representative({ kind }: MetricDefinition): number {
  return kind === 'duration' ? TAIL : 0;
}

function addCounts(
  likelihood: RiskLikelihood,
  counts: readonly WindowCounts[],
  metric: MetricDefinition,
): RiskLikelihood {
  const eta = etaOf(metric);
  return counts.reduce((sum, ofSource) => addLikelihoodWindow(RELATIVE_RISKS, sum, ofSource, eta), likelihood);
}

function fadedSketch(sketch: FlatSketch, { sides: { treatment }, fading }: GuardrailWindow): FlatSketch {
  return addFading(sketch, treatment?.kind === 'duration' ? flatSketch(treatment.bins) : EMPTY_SKETCH, { fading });
}

/** What the judging of evidence needs beside it. */
export interface Judging {
  readonly definition: Pick<RolloutDefinition, 'alpha' | 'segments'>;
  /** Sources that do not count. */
  readonly excluded: readonly string[];
}

/** log E that the treatment is worse than a catastrophe's bound, in burn-in; undefined where that is not watched. */
export function burnInLogE(
  metric: MetricDefinition,
  evidence: GuardrailEvidence,
  { excluded }: Judging,
): number | undefined {
  const states = countedSources(evidence, excluded).flatMap(({ burnIn }) => (burnIn === null ? [] : [burnIn]));
  if (states.length === 0) return undefined;
  const logE = combineSources(
    states.map(({ logRatios }) => logRatios),
    catastropheTest(metric).pi,
  );
  return totalsOf(states).xT >= MIN_UNITS_WITH_EVENT ? logE : Math.min(0, logE);
}

/** Totals of the monitor that stands for a guardrail, over the sources that count; those of burn-in apart. */
export function guardrailTotals(
  metric: MetricDefinition,
  evidence: GuardrailEvidence,
  { excluded }: Judging,
): { readonly main: Totals; readonly burnIn: Totals | null } {
  const counted = countedSources(evidence, excluded);
  const burnIn = counted.flatMap((source) => (source.burnIn === null ? [] : [source.burnIn]));
  return {
    main: totalsOf(counted.map(({ monitors }) => monitors[representative(metric)]!)),
    burnIn: burnIn.length === 0 ? null : totalsOf(burnIn),
  };
}

/** Evidence of the sources that count, in the order of their first window. */
export function countedSources<Source>(
  { sources }: { readonly sources: Readonly<Record<string, Source>> },
  excluded: readonly string[],
): readonly Source[] {
  return Object.keys(sources)
    .filter((source) => !excluded.includes(source))
    .map((source) => ownEntry(sources, source)!);
}
