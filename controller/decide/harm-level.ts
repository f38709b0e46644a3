import type { MetricDefinition } from '../../domain/index.ts';
import {
  afterEpoch,
  afterForgottenEpochs,
  combineEvidence,
  combineSources,
  logOnsetMixture,
} from '../../models/index.ts';
import {
  type EpochEvidence,
  type GuardrailEvidence,
  type Judging,
  MIN_UNITS_WITH_EVENT,
} from './guardrail-evidence.ts';
import {
  logPartsOf,
  type Monitor,
  type MonitorEvidence,
  massesOf,
  monitorSince,
  monitorsOf,
} from './guardrail-monitors.ts';
import { ownEntry } from './read-window.ts';
import { segmentsLogE, segmentsSince } from './segments-evidence.ts';
import { totalsOf } from './totals.ts';

/** Part of the evidence of a rate that its segments have together, where segments are declared. */
const SEGMENTS_WEIGHT = 0.2;

/** What is believed of a guardrail's harm: natural logarithms of e-values. */
export interface HarmLevel {
  /** That the treatment is worse than the margin allows, from the start or since some epoch began. */
  readonly logE: number;
  /** The same over the present epoch alone. */
  readonly presentLogE: number;
  /** That it is worse by more than may settle, from the start; of a metric that does not settle the same as `logE`. */
  readonly beyondSettlingLogE: number;
}

/** Evidence that the treatment is worse than the guardrail's margin allows. */
export function harmLevel(metric: MetricDefinition, evidence: GuardrailEvidence, judging: Judging): HarmLevel {
  const known = levels.get(evidence);
  if (known?.definition === judging.definition && known.excluded === judging.excluded) return known.level;
  const level = levelOf(metric, evidence, judging);
  levels.set(evidence, { ...judging, level });
  return level;
}

/** A decision needs each one for its evidence, and people for what they are shown. */
const levels = new WeakMap<GuardrailEvidence, Judging & { readonly level: HarmLevel }>();

function levelOf(metric: MetricDefinition, evidence: GuardrailEvidence, judging: Judging): HarmLevel {
  const { ordinal } = evidence.epoch;
  const past = evidence.epoch.past ?? Number.NEGATIVE_INFINITY;
  const whole = logEOf(metric, evidence, judging);
  const present = ordinal === 1 ? whole : logEOf(metric, presentEvidence(metric, evidence, judging), judging);
  const logE = logOnsetMixture({ whole, past, present, ordinal });
  return { logE, presentLogE: present, beyondSettlingLogE: beyondSettling(metric, evidence, judging) ?? logE };
}

/** A value's sums do not know the margin that they are judged by, so a larger one can be asked of the same. */
function beyondSettling(metric: MetricDefinition, evidence: GuardrailEvidence, judging: Judging): number | undefined {
  if (metric.kind !== 'value' || metric.settling === undefined) return undefined;
  const lenient = lenientMetrics.get(metric) ?? { ...metric, margin: metric.settling.upTo };
  lenientMetrics.set(metric, lenient);
  return logEOf(lenient, evidence, judging);
}

/** Each with the margin that may settle: tests are kept by definition. */
const lenientMetrics = new WeakMap<MetricDefinition, MetricDefinition>();

/** The same evidence at the beginning of the next epoch. */
export function beginEpoch(metric: MetricDefinition, evidence: GuardrailEvidence, judging: Judging): GuardrailEvidence {
  const { epoch, segments } = evidence;
  const sources = Object.entries(evidence.sources).map(([source, { monitors }]) => [source, { monitors }]);
  const past = afterEpoch({
    past: epoch.past ?? Number.NEGATIVE_INFINITY,
    present: logEOf(metric, presentEvidence(metric, evidence, judging), judging),
    ordinal: epoch.ordinal,
  });
  return {
    ...evidence,
    epoch: { ordinal: epoch.ordinal + 1, past, start: { sources: Object.fromEntries(sources), segments } },
  };
}

/** The same evidence where nothing is to be believed of the epochs before: a source that spoke in them is left out now. */
export function forgetEpochs(evidence: GuardrailEvidence): GuardrailEvidence {
  const { epoch } = evidence;
  if (epoch.past === null) return evidence;
  return { ...evidence, epoch: { ...epoch, past: afterForgottenEpochs(epoch.ordinal) } };
}

/** Monitors and segments over some stretch of time. */
export type Stretch = EpochEvidence['start'];

/** What was added since the present epoch began. */
export function presentEvidence(
  metric: MetricDefinition,
  evidence: GuardrailEvidence,
  { definition }: Judging,
): Stretch {
  const { start } = evidence.epoch;
  const monitors = monitorsOf(metric, definition.alpha);
  const sources = Object.entries(evidence.sources).map(([source, now]) => {
    const before = ownEntry(start.sources, source)?.monitors;
    const added = monitors.map((monitor, index) => monitorSince(monitor, now.monitors[index]!, before?.[index]));
    return [source, { monitors: added }];
  });
  return { sources: Object.fromEntries(sources), segments: segmentsSince(evidence.segments, start.segments) };
}

function logEOf(metric: MetricDefinition, stretch: Stretch, { definition, excluded }: Judging): number {
  const counted = Object.entries(stretch.sources)
    .filter(([source]) => !excluded.includes(source))
    .map(([, ofSource]) => ofSource);
  const parts = monitorsOf(metric, definition.alpha).map((monitor, index) => {
    const states = counted.map(({ monitors }) => monitors[index]!);
    return { logE: armed(metric, monitor, states), weight: 1 };
  });
  const logE = combineEvidence(parts);
  if (metric.kind !== 'rate' || definition.segments.length === 0) return logE;
  return combineEvidence([
    { logE, weight: 1 - SEGMENTS_WEIGHT },
    { logE: segmentsLogE(metric, stretch.segments, excluded), weight: SEGMENTS_WEIGHT },
  ]);
}

/** Lowering an e-value keeps it one, so a test that is not armed yet simply may not count for more than 1. */
function armed(metric: MetricDefinition, monitor: Monitor, states: readonly MonitorEvidence[]): number {
  const logE = combineSources(
    states.map((state) => logPartsOf(monitor, state)),
    massesOf(monitor),
  );
  // A value has a burn-in of its own.
  if (monitor.kind === 'value') return logE;
  const { xT, xC } = totalsOf(states);
  const isArmed = (metric.goodDirection === 'lower' ? xT : xC) >= MIN_UNITS_WITH_EVENT;
  return isArmed ? logE : Math.min(0, logE);
}
