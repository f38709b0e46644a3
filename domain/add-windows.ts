import type { Covariate, MetricWindow, MetricWindows, VariantPart, VariantWindow } from './metric-window.ts';

/** Windows by variant. */
export type VariantWindows = Readonly<Record<string, VariantWindow>>;

/** What two parts of one window showed, as one; asserts that a metric is of the same kind in both. */
export function addVariants(left: VariantWindows, right: VariantWindows): VariantWindows {
  return addRecords(left, right, addVariant);
}

/** What two parts of the units of one variant showed, as one. */
export function addVariant(left: VariantWindow, right: VariantWindow): VariantWindow {
  return { ...addParts(left, right), ...optional('leaves', eitherRecord(left.leaves, right.leaves, addParts)) };
}

function addParts(left: VariantPart, right: VariantPart): VariantPart {
  return {
    units: left.units + right.units,
    newUnits: left.newUnits + right.newUnits,
    requests: left.requests + right.requests,
    metrics: addMetrics(left.metrics, right.metrics),
    ...optional('segments', eitherRecord(left.segments, right.segments, addMetrics)),
  };
}

/** What two parts of the units showed, metric by metric, as one. */
export function addMetrics(left: MetricWindows, right: MetricWindows): MetricWindows {
  return addRecords(left, right, addMetric);
}

/** What two parts of the units showed of one metric, as one; asserts that both are of one kind. */
export function addMetric(left: MetricWindow, right: MetricWindow): MetricWindow {
  const exposures = left.exposures + right.exposures;
  if (left.kind === 'rate' && right.kind === 'rate') {
    return { kind: 'rate', exposures, events: left.events + right.events };
  }
  if (left.kind === 'duration' && right.kind === 'duration') {
    return { kind: 'duration', exposures, bins: addRecords(left.bins, right.bins, add) };
  }
  if (left.kind === 'value' && right.kind === 'value') {
    return {
      kind: 'value',
      exposures,
      sum: left.sum + right.sum,
      sumOfSquares: left.sumOfSquares + right.sumOfSquares,
      ...optional('nonZero', both(left.nonZero, right.nonZero, add)),
      ...optional('covariate', both(left.covariate, right.covariate, addCovariate)),
    };
  }
  throw new Error(`a ${right.kind} cannot be added to a ${left.kind}`);
}

function addCovariate(left: Covariate, right: Covariate): Covariate {
  return {
    sum: left.sum + right.sum,
    sumOfSquares: left.sumOfSquares + right.sumOfSquares,
    sumOfProducts: left.sumOfProducts + right.sumOfProducts,
  };
}

/** Where something is not known of some units, it is not known of all of them. */
function both<T>(left: T | undefined, right: T | undefined, sum: (left: T, right: T) => T): T | undefined {
  return left === undefined || right === undefined ? undefined : sum(left, right);
}

function eitherRecord<T>(
  left: Readonly<Record<string, T>> | undefined,
  right: Readonly<Record<string, T>> | undefined,
  sum: (left: T, right: T) => T,
): Readonly<Record<string, T>> | undefined {
  return left === undefined || right === undefined ? (left ?? right) : addRecords(left, right, sum);
}

function addRecords<T>(
  left: Readonly<Record<string, T>>,
  right: Readonly<Record<string, T>>,
  sum: (left: T, right: T) => T,
): Readonly<Record<string, T>> {
  const added = new Map(Object.entries(left));
  for (const [key, value] of Object.entries(right)) {
    const present = added.get(key);
    added.set(key, present === undefined ? value : sum(present, value));
  }
  return Object.fromEntries(added);
}

function add(left: number, right: number): number {
  return left + right;
}

/** Present only where there is something: an optional field is never written as undefined. */
function optional<K extends string, T>(key: K, value: T | undefined): { readonly [key in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: T };
}
