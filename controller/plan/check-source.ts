import type { MetricDefinition, MetricKind, Violation } from '../../domain/index.ts';
import { checkSelector } from './check-selector.ts';

/** Fields that a source needs for each kind of metric; a kind that is missing cannot come from there. */
const NEEDED = {
  reports: { rate: [], duration: [], value: [] },
  prometheus: { rate: ['exposures', 'events'], duration: ['buckets'] },
  otlp: { rate: ['exposures', 'events'], duration: ['durations'] },
} as const satisfies Record<MetricDefinition['source']['kind'], Partial<Record<MetricKind, readonly string[]>>>;

/** Fields that belong to one kind of metric only. */
const OF_RATES_OR_DURATIONS = ['exposures', 'events', 'buckets', 'bucketUnitMs', 'durations', 'durationUnitMs'];

/** What keeps a metric from coming from its source; `path` is the pointer to the source. */
export function checkSource({ metric, kind, source }: MetricDefinition, path: string): readonly Violation[] {
  const needed: readonly string[] | undefined = (NEEDED[source.kind] as Partial<Record<MetricKind, readonly string[]>>)[
    kind
  ];
  if (needed === undefined) {
    return [
      { path: `${path}/kind`, message: `${source.kind} counters hold no squares, so "${metric}" has to be reported` },
    ];
  }
  const missing = needed.filter((field) => !Object.hasOwn(source, field));
  const foreign = OF_RATES_OR_DURATIONS.filter(
    (field) => Object.hasOwn(source, field) && !needed.includes(field) && !needed.some((name) => isUnitOf(field, name)),
  );
  return [
    ...missing.map((field) => ({ path: `${path}/${field}`, message: `a ${kind} from ${source.kind} needs it` })),
    ...foreign.map((field) => ({ path: `${path}/${field}`, message: `does not belong to a ${kind}` })),
    ...checkSelectors(source, path),
  ];
}

function checkSelectors(source: MetricDefinition['source'], path: string): readonly Violation[] {
  if (source.kind !== 'prometheus') return [];
  const { variantLabel } = source;
  return (['exposures', 'events', 'buckets'] as const).flatMap((field) => {
    const selector = source[field];
    if (selector === undefined) return [];
    const message = checkSelector(selector, { variantLabel, isBuckets: field === 'buckets' });
    return message === undefined ? [] : [{ path: `${path}/${field}`, message }];
  });
}

/** `bucketUnitMs` goes with `buckets`, `durationUnitMs` with `durations`. */
function isUnitOf(field: string, name: string): boolean {
  return field === `${name.slice(0, -1)}UnitMs`;
}
