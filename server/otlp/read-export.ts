import type { OtlpPoint } from '../../controller/index.ts';
import { canonicalJson, Problem } from '../../domain/index.ts';
import { isSet, isTrue, type Message, messageIn, messagesIn, momentIn, numberIn, textIn } from './fields.ts';
import { attributesIn } from './read-attributes.ts';
import { type FoundReading, readExplicit, readExponential, readSum } from './read-reading.ts';

/** `AggregationTemporality` of the protocol. */
const TEMPORALITY: ReadonlyMap<number, 'delta' | 'cumulative'> = new Map([
  [1, 'delta'],
  [2, 'cumulative'],
]);

/** `DataPointFlags`: the bit that says that nothing was recorded. */
const NO_RECORDED_VALUE = 1;

/** The kinds of metrics that can be counted, and how a point of each is read. */
const READERS = {
  sum: readSum,
  histogram: readExplicit,
  exponentialHistogram: readExponential,
} as const satisfies Record<string, (point: Message) => FoundReading>;

/** What the points of one instrument of one process have in common. */
interface Instrument {
  readonly resource: OtlpPoint['resource'];
  readonly scope: string;
  readonly instrument: string;
  readonly unit: string;
}

/** All data points of an export, in its order; Problem `malformedBody` when it does not have the protocol's form. */
export function readExport(body: unknown): readonly OtlpPoint[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Problem('malformedBody', 'the body has to be an object with "resourceMetrics"');
  return messagesIn(body as Message, 'resourceMetrics').flatMap((resourceMetrics) => {
    const resource = attributesIn(messageIn(resourceMetrics, 'resource'));
    return messagesIn(resourceMetrics, 'scopeMetrics').flatMap((scopeMetrics) => {
      const scope = scopeOf(messageIn(scopeMetrics, 'scope'));
      return messagesIn(scopeMetrics, 'metrics').flatMap((metric) => {
        const instrument = textIn(metric, 'name');
        return pointsOf(metric, { resource, scope, instrument, unit: textIn(metric, 'unit') });
      });
    });
  });
}

function scopeOf(scope: Message): string {
  return canonicalJson([textIn(scope, 'name'), textIn(scope, 'version'), sorted(attributesIn(scope))]);
}

function sorted(attributes: OtlpPoint['attributes']): readonly (readonly [string, string])[] {
  return [...attributes].sort(([a], [b]) => (a < b ? -1 : 1));
}

function pointsOf(metric: Message, of: Instrument): readonly OtlpPoint[] {
  if (isSet(metric, 'gauge')) return unusable(messageIn(metric, 'gauge'), of, 'is a gauge, not a counter');
  if (isSet(metric, 'summary')) return unusable(messageIn(metric, 'summary'), of, 'is a summary, not a histogram');
  if (isSet(metric, 'histogram')) return usable(metric, of, 'histogram');
  if (isSet(metric, 'exponentialHistogram')) return usable(metric, of, 'exponentialHistogram');
  if (!isSet(metric, 'sum')) return [];
  const sum = messageIn(metric, 'sum');
  return isTrue(sum, 'isMonotonic') ? usable(metric, of, 'sum') : unusable(sum, of, 'can go down: it is not monotonic');
}

function unusable(values: Message, { resource, instrument, unit }: Instrument, fault: string): readonly OtlpPoint[] {
  return messagesIn(values, 'dataPoints').map((point) => ({
    resource,
    instrument,
    unit,
    attributes: attributesIn(point),
    fault,
  }));
}

function usable(metric: Message, of: Instrument, kind: keyof typeof READERS): readonly OtlpPoint[] {
  const { resource, scope, instrument, unit } = of;
  const values = messageIn(metric, kind);
  const temporality = TEMPORALITY.get(numberIn(values, 'aggregationTemporality'));
  const family = canonicalJson([sorted(resource), scope, instrument, unit, kind, temporality]);
  return messagesIn(values, 'dataPoints').map((point): OtlpPoint => {
    const origin = { resource, instrument, unit, attributes: attributesIn(point) };
    if (temporality === undefined) return { ...origin, fault: 'has no aggregation temporality' };
    if ((numberIn(point, 'flags') & NO_RECORDED_VALUE) !== 0) return { ...origin, fault: 'has no recorded value' };
    const span = spanOf(point);
    if ('fault' in span) return { ...origin, ...span };
    const reading = READERS[kind](point);
    return 'fault' in reading ? { ...origin, ...reading } : { ...origin, ...span, family, temporality, reading };
  });
}

/** From when to when a point counts, or why that cannot be. */
function spanOf(
  point: Message,
): { readonly startMs: number | null; readonly timeMs: number } | { readonly fault: string } {
  const startMs = momentIn(point, 'startTimeUnixNano');
  const timeMs = momentIn(point, 'timeUnixNano');
  if (timeMs === null) return { fault: 'has no time' };
  return startMs !== null && startMs > timeMs ? { fault: 'ends before it begins' } : { startMs, timeMs };
}
