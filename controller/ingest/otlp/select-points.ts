import type { MetricDefinition, OtlpSelector, OtlpSource, Rollout } from '../../../domain/index.ts';
import { msOfUnit } from './duration-unit.ts';
import type { PointNote } from './explain-points.ts';
import type { OtlpPoint, UsablePoint } from './point.ts';

/** What a point counts as. */
export type PointRole = 'exposures' | 'events' | 'durations';

/** A metric that a point counts for. */
export interface PointUse {
  readonly rollout: string;
  readonly metric: string;
  readonly role: PointRole;
  readonly variant: string;
  /** Of durations: milliseconds of one unit of the histogram. */
  readonly unitMs: number;
}

/** A point of an instrument that some metric asks for. */
export interface SelectedPoint {
  readonly point: UsablePoint;
  /** None when its attributes are others: then it only shows that its process was heard. */
  readonly uses: readonly PointUse[];
}

/** The points of an export that matter. */
export interface PointSelection {
  readonly points: readonly SelectedPoint[];
  readonly rejections: readonly PointNote[];
  /** Points that count for no metric: a collector sends everything. */
  readonly ignoredCount: number;
}

/** A selector of a metric, and what belongs to it. */
interface Sought {
  readonly rollout: Rollout;
  readonly metric: MetricDefinition;
  readonly source: OtlpSource;
  readonly role: PointRole;
  readonly selector: OtlpSelector;
}

const ROLES: readonly PointRole[] = ['exposures', 'events', 'durations'];

/** Finds the points that count for metrics of these rollouts, and refuses those among them that cannot be counted. */
export function selectPoints(points: readonly OtlpPoint[], rollouts: readonly Rollout[]): PointSelection {
  const sought = byInstrument(rollouts.flatMap(soughtBy));
  const selected: SelectedPoint[] = [];
  const rejections: PointNote[] = [];
  let ignoredCount = 0;
  for (const point of points) {
    const uses = (sought.get(point.instrument) ?? []).flatMap((candidate) => useOf(point, candidate));
    if (uses.length === 0) ignoredCount++;
    const fault = uses.map((use) => faultFor(point, use)).find((found) => found !== undefined);
    if (fault !== undefined) rejections.push({ instrument: point.instrument, fault });
    else if (sought.has(point.instrument) && !('fault' in point)) selected.push({ point, uses });
  }
  return { points: selected, rejections, ignoredCount };
}

function byInstrument(all: readonly Sought[]): ReadonlyMap<string, readonly Sought[]> {
  const grouped = new Map<string, Sought[]>();
  for (const sought of all) {
    const { instrument } = sought.selector;
    const others = grouped.get(instrument);
    if (others === undefined) grouped.set(instrument, [sought]);
    else others.push(sought);
  }
  return grouped;
}

function soughtBy(rollout: Rollout): readonly Sought[] {
  return rollout.definition.metrics.flatMap((metric) => {
    const { source } = metric;
    if (source.kind !== 'otlp') return [];
    return ROLES.flatMap((role) => {
      const selector = source[role];
      return selector === undefined ? [] : [{ rollout, metric, source, role, selector }];
    });
  });
}

function useOf(point: OtlpPoint, { rollout, metric, source, role, selector }: Sought): readonly PointUse[] {
  const isMeant = Object.entries(selector.where ?? {}).every(([name, value]) => attributeOf(point, name) === value);
  const variant = attributeOf(point, source.variantAttribute);
  const { control, treatments } = rollout.definition;
  if (!isMeant || variant === undefined) return [];
  if (variant !== control && !treatments.some((treatment) => treatment.variant === variant)) return [];
  const unitMs = source.durationUnitMs ?? msOfUnit(point.unit) ?? Number.NaN;
  return [{ rollout: rollout.definition.rollout, metric: metric.metric, role, variant, unitMs }];
}

function attributeOf({ attributes, resource }: OtlpPoint, name: string): string | undefined {
  return attributes.get(name) ?? resource.get(name);
}

/** A point that cannot be all that is asked of it counts as nothing: no metric goes without notice. */
function faultFor(point: OtlpPoint, { role, metric, unitMs }: PointUse): string | undefined {
  if ('fault' in point) return point.fault;
  if (role !== 'durations') return undefined;
  const { reading, unit } = point;
  if (reading.kind === 'sum') return 'is a sum, and durations are read from histograms';
  if (reading.kind === 'explicit' && reading.bounds.length === 0) return 'is a histogram without buckets';
  return Number.isNaN(unitMs) ? `has the unit "${unit}": say durationUnitMs in the source of "${metric}"` : undefined;
}
