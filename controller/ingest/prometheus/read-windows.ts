import type { MetricReport, ReportRow, Rollout } from '../../../domain/index.ts';
import { checkReport } from '../check-report.ts';
import { type Answers, addBeginnings } from './add-beginnings.ts';
import type { CountedSpan } from './counter-increase.ts';
import { knownSeries } from './known-series.ts';
import type { MetricReading } from './metric-reading.ts';
import { type PrometheusMetric, prometheusMetricsOf } from './prometheus-metrics.ts';
import { readDuration } from './read-duration.ts';
import { readRate } from './read-rate.ts';
import type { SourceFault } from './source-fault.ts';

/** Identity of the built-in source, as windows and quarantine know it. */
export const PROMETHEUS_IDENTITY = 'prometheus';

/** Prometheus' base unit of time is the second. */
const DEFAULT_UNIT_MS = 1000;

/** What one window came to. */
export interface WindowRead {
  readonly endMs: number;
  /** null: nothing was looked at in this window, or what was cannot be trusted. */
  readonly report: MetricReport | null;
  readonly faults: readonly SourceFault[];
}

/** What the windows asked for came to. */
export interface WindowsRead {
  readonly windows: readonly WindowRead[];
  /** Found in the answers as a whole, whatever the window. */
  readonly faults: readonly SourceFault[];
}

/** A metric with the series of the variants that are compared. */
interface Counted {
  readonly metric: string;
  readonly read: (span: CountedSpan) => MetricReading;
}

/** Reports of the windows that begin at `startsMs`; the same answers always give the same reports. */
export function readWindows(rollout: Rollout, answers: Answers, startsMs: readonly number[]): WindowsRead {
  const faults: SourceFault[] = [];
  const begun = addBeginnings(answers);
  const metrics = prometheusMetricsOf(rollout.definition).map((metric): Counted => {
    const found = findSeries(metric, begun, variantsOf(rollout));
    faults.push(...named(metric.metric, found.faults));
    return { metric: metric.metric, read: found.read };
  });
  return { windows: startsMs.map((startMs) => readWindow(rollout, metrics, startMs)), faults };
}

function variantsOf({ definition }: Rollout): readonly string[] {
  return [definition.control, ...definition.treatments.map(({ variant }) => variant)];
}

function findSeries(
  { kind, source }: PrometheusMetric,
  answers: Answers,
  variants: readonly string[],
): Pick<Counted, 'read'> & Pick<WindowsRead, 'faults'> {
  const { variantLabel } = source;
  const find = (selector: string | undefined) => knownSeries(answers.get(selector ?? '') ?? [], variantLabel, variants);
  if (kind === 'duration') {
    const { series: buckets, faults } = find(source.buckets);
    const unitMs = source.bucketUnitMs ?? DEFAULT_UNIT_MS;
    return { faults, read: (span) => readDuration({ variantLabel, unitMs, buckets }, span) };
  }
  const exposures = find(source.exposures);
  const events = find(source.events);
  const isSilent = exposures.series.length > 0 && events.series.length === 0;
  const noEvents: SourceFault = { reason: 'noEvents', detail: `nothing matches ${source.events}` };
  return {
    faults: [...exposures.faults, ...events.faults, ...(isSilent ? [noEvents] : [])],
    read: (span) => readRate({ variantLabel, exposures: exposures.series, events: events.series }, span),
  };
}

function readWindow(rollout: Rollout, metrics: readonly Counted[], startMs: number): WindowRead {
  const { windowMs } = rollout.definition;
  const span = { startMs, endMs: startMs + windowMs, coverageSinceMs: rollout.state.coverageSinceMs };
  const readings = metrics.map(({ metric, read }) => ({ metric, ...read(span) }));
  const faults = readings.flatMap((reading) => named(reading.metric, reading.faults));
  const rows = readings.some(({ windows }) => windows === null)
    ? []
    : variantsOf(rollout).flatMap((variant) => rowOf(rollout, variant, readings, span));
  if (rows.length === 0) return { endMs: span.endMs, report: null, faults };
  const report = reportOf(rollout, startMs, rows);
  const contradictions = checkReport(report).map(
    ({ path, message }): SourceFault => ({ reason: 'contradiction', detail: `${path} ${message}` }),
  );
  return contradictions.length === 0
    ? { endMs: span.endMs, report, faults }
    : { endMs: span.endMs, report: null, faults: [...faults, ...contradictions] };
}

/** No row for a variant of which no counter was looked at. */
function rowOf(
  { definition, state }: Rollout,
  variant: string,
  readings: readonly (MetricReading & { readonly metric: string })[],
  { startMs, endMs }: CountedSpan,
): readonly ReportRow[] {
  const metrics = readings.flatMap(({ metric, windows }) => {
    const window = windows?.get(variant);
    return window === undefined ? [] : [[metric, window] as const];
  });
  if (metrics.length === 0) return [];
  const requests = Math.max(...metrics.map(([, { exposures }]) => exposures));
  return [
    {
      rollout: definition.rollout,
      generation: state.generation,
      coverage: state.coverage,
      variant,
      startMs,
      endMs,
      units: requests,
      newUnits: 0,
      requests,
      metrics: Object.fromEntries(metrics),
    },
  ];
}

/** A window has one report, whoever asks and however often, because its number is the sequence. */
function reportOf({ definition, state }: Rollout, startMs: number, rows: readonly ReportRow[]): MetricReport {
  return {
    source: `${PROMETHEUS_IDENTITY}/${definition.rollout}`,
    epoch: state.generation,
    sequence: startMs / definition.windowMs,
    rows,
  };
}

function named(metric: string, faults: readonly SourceFault[]): readonly SourceFault[] {
  return faults.map(({ reason, detail }) => ({ reason, detail: `${metric}: ${detail}` }));
}
