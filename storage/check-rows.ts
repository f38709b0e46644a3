import {
  MAX_SEGMENTS_PER_WINDOW,
  type MetricSource,
  type MetricWindows,
  Problem,
  type ReportRow,
  type RolloutDefinition,
  type VariantPart,
  type Violation,
} from '../domain/index.ts';

/** A generation of a rollout that reports may name. */
export interface KnownGeneration {
  readonly rollout: string;
  readonly generation: number;
  readonly definition: Pick<
    RolloutDefinition,
    'control' | 'treatments' | 'metrics' | 'segments' | 'windowMs' | 'allocation'
  >;
  /** Windows that end at or before this are closed. */
  readonly closedThroughMs: number;
  /** The database's clock. */
  readonly nowMs: number;
}

/** A window may end this long after the database's now: clocks of honest machines differ. */
const MAX_AHEAD_MS = 2 * 60_000;

/** Older windows are refused: by then nobody decides or learns from them. */
const MAX_AGE_MS = 24 * 3_600_000;

/**
 * Refuses rows that cannot be counted: Problem `reportForUnknownRollout` for names that do not exist, `invalidReport`
 * for undeclared metrics and segments, metrics that come from elsewhere than `metricSource`, windows off the rollout's
 * grid and impossible times.
 */
export function checkRows(
  rows: readonly ReportRow[],
  known: readonly KnownGeneration[],
  metricSource: MetricSource['kind'],
): void {
  refuse('reportForUnknownRollout', rows, (row) => checkNames(row, known));
  refuse('invalidReport', rows, (row) => {
    const generation = generationOf(row, known)!;
    return [
      ...checkMetrics(row.metrics, generation, metricSource),
      ...checkSegments(row, generation, metricSource),
      ...checkLeaves(row, generation, metricSource),
      ...checkAlignment(row, generation),
      ...checkTime(row, generation.nowMs),
    ];
  });
}

/** The generation that a row belongs to. */
export function generationOf(row: ReportRow, known: readonly KnownGeneration[]): KnownGeneration | undefined {
  return known.find(({ rollout, generation }) => rollout === row.rollout && generation === row.generation);
}

function refuse(
  code: 'reportForUnknownRollout' | 'invalidReport',
  rows: readonly ReportRow[],
  check: (row: ReportRow) => readonly Violation[],
): void {
  const violations = rows.flatMap((row, index) =>
    check(row).map(({ path, message }) => ({ path: `/rows/${index}${path}`, message })),
  );
  const [first] = violations;
  if (first !== undefined) throw new Problem(code, `${first.path} ${first.message}`, violations);
}

function checkNames(row: ReportRow, known: readonly KnownGeneration[]): readonly Violation[] {
  const found = generationOf(row, known);
  if (found === undefined) {
    const isNameKnown = known.some(({ rollout }) => rollout === row.rollout);
    return isNameKnown
      ? [{ path: '/generation', message: `rollout "${row.rollout}" has no generation ${row.generation}` }]
      : [{ path: '/rollout', message: `there is no rollout "${row.rollout}"` }];
  }
  const { control, treatments } = found.definition;
  const variants = [control, ...treatments.map(({ variant }) => variant)];
  return variants.includes(row.variant)
    ? []
    : [
        {
          path: '/variant',
          message: `"${row.variant}" is not compared in "${row.rollout}"; it has: ${variants.join(', ')}`,
        },
      ];
}

function checkMetrics(
  metrics: MetricWindows,
  { rollout, definition }: KnownGeneration,
  metricSource: MetricSource['kind'],
): readonly Violation[] {
  return Object.entries(metrics).flatMap(([metric, { kind }]) => {
    const path = `/metrics/${metric}`;
    const declared = definition.metrics.find((candidate) => candidate.metric === metric);
    if (declared === undefined) return [{ path, message: `"${rollout}" declares no metric "${metric}"` }];
    if (declared.source.kind !== metricSource) {
      return [{ path, message: `"${metric}" comes from ${declared.source.kind}, not from ${metricSource}` }];
    }
    if (declared.kind === kind) return [];
    return [{ path: `${path}/kind`, message: `"${metric}" is declared as ${declared.kind}, not ${kind}` }];
  });
}

function checkSegments(
  { segments = {} }: VariantPart,
  generation: KnownGeneration,
  metricSource: MetricSource['kind'],
): readonly Violation[] {
  const { rollout, definition } = generation;
  const names = Object.keys(segments);
  if (names.length > MAX_SEGMENTS_PER_WINDOW) {
    return [
      { path: '/segments', message: `${names.length} segments; at most ${MAX_SEGMENTS_PER_WINDOW} are told apart` },
    ];
  }
  return Object.entries(segments).flatMap(([segment, metrics]) => {
    const path = `/segments/${pointerToken(segment)}`;
    const attribute = segment.slice(0, Math.max(0, segment.indexOf('=')));
    if (!definition.segments.includes(attribute)) {
      return [{ path, message: `"${rollout}" has no segments by "${attribute}"` }];
    }
    const faults = checkMetrics(metrics, generation, metricSource);
    return faults.map((fault) => ({ path: `${path}${fault.path.slice('/metrics'.length)}`, message: fault.message }));
  });
}

function checkLeaves(
  { leaves }: ReportRow,
  generation: KnownGeneration,
  metricSource: MetricSource['kind'],
): readonly Violation[] {
  if (leaves === undefined) return [];
  const { rollout, definition } = generation;
  if (definition.allocation?.byAttribute === undefined) {
    return [{ path: '/leaves', message: `"${rollout}" has the same split for all its units` }];
  }
  return Object.entries(leaves).flatMap(([leaf, part]) => {
    const faults = [
      ...checkMetrics(part.metrics, generation, metricSource),
      ...checkSegments(part, generation, metricSource),
    ];
    return faults.map(({ path, message }) => ({ path: `/leaves/${leaf}${path}`, message }));
  });
}

/** A name as part of a JSON pointer (RFC 6901, section 3). */
function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Windows of one rollout must neither overlap nor differ in length between sources: each is counted once, as a whole. */
function checkAlignment({ startMs, endMs }: ReportRow, { rollout, definition }: KnownGeneration): readonly Violation[] {
  const { windowMs } = definition;
  if (startMs % windowMs === 0 && endMs === startMs + windowMs) return [];
  const message = `windows of "${rollout}" begin at multiples of ${windowMs} ms and are as long; this one is [${startMs}, ${endMs})`;
  return [{ path: '/startMs', message }];
}

function checkTime({ endMs }: ReportRow, nowMs: number): readonly Violation[] {
  const at = (message: string) => [{ path: '/endMs', message: `${message}; set the clock of the source` }];
  if (endMs > nowMs + MAX_AHEAD_MS) return at(`is ${endMs - nowMs} ms ahead of the database's clock (${nowMs})`);
  if (endMs < nowMs - MAX_AGE_MS) return at(`is more than 24 h behind the database's clock (${nowMs})`);
  return [];
}
