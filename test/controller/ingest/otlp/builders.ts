import { createHash } from 'node:crypto';
import { countPoints } from '../../../../controller/ingest/otlp/count-points.ts';
import type { UsablePoint } from '../../../../controller/ingest/otlp/point.ts';
import { selectPoints } from '../../../../controller/ingest/otlp/select-points.ts';
import { namePoints } from '../../../../controller/ingest/otlp/stream-names.ts';
import type { MetricDefinition, OtlpSource, ReportRow, Rollout, StoredState } from '../../../../domain/index.ts';
import { aRolloutIn } from '../../builders.ts';

/** When the coverage of `aRollout` was reached; a multiple of its windows' length. */
export const SINCE_MS = 1_700_000_000_000;

export const VARIANT = 'feature_flag.result.variant';

/** A rollout of "on" against "off" in windows of 10 s, with these metrics from OTLP. */
export function aRollout(
  sources: Readonly<Record<string, Omit<OtlpSource, 'kind' | 'variantAttribute'>>> = {
    errors: { exposures: { instrument: 'requests' }, events: { instrument: 'errors' } },
  },
  state: Partial<Rollout['state']> = {},
): Rollout {
  const rollout = aRolloutIn('running');
  const [template] = rollout.definition.metrics;
  const metrics = Object.entries(sources).map(
    ([metric, source]): MetricDefinition => ({
      ...template!,
      metric,
      kind: source.durations === undefined ? 'rate' : 'duration',
      source: { kind: 'otlp', variantAttribute: VARIANT, ...source },
    }),
  );
  return {
    definition: { ...rollout.definition, windowMs: 10_000, metrics },
    state: { ...rollout.state, coverageSinceMs: SINCE_MS, ...state },
  };
}

/** A point of a running total that began when the coverage did; times in seconds since then. */
export function aPoint(
  atSeconds: number,
  value: number,
  changes: Partial<UsablePoint> & { readonly from?: number } = {},
): UsablePoint {
  const { from = 0, ...rest } = changes;
  return {
    instrument: 'requests',
    unit: '',
    family: `shop-1/${rest.instrument ?? 'requests'}`,
    resource: new Map(),
    attributes: new Map([[VARIANT, 'on']]),
    temporality: 'cumulative',
    startMs: SINCE_MS + from * 1000,
    timeMs: SINCE_MS + atSeconds * 1000,
    reading: { kind: 'sum', value },
    ...rest,
  };
}

/** What a server knows after some exports. */
export class Memory {
  readonly rows: ReportRow[] = [];
  #states: ReadonlyMap<string, StoredState> = new Map();
  readonly #rollouts: readonly Rollout[];

  constructor(...rollouts: readonly Rollout[]) {
    this.#rollouts = rollouts;
  }

  /** Takes in an export an hour after the coverage was reached, through everything that is kept as JSON. */
  take(...points: readonly UsablePoint[]) {
    const { points: selected } = selectPoints(points, this.#rollouts);
    const named = namePoints(selected, (text) => createHash('sha256').update(text).digest('hex'));
    const held = { states: this.#states, rollouts: this.#rollouts, nowMs: SINCE_MS + 3_600_000 };
    const counts = countPoints(named, held);
    this.#states = new Map(JSON.parse(JSON.stringify([...counts.states])));
    this.rows.push(...counts.rows);
    return counts;
  }

  /** Exposures of "errors" by window, in windows since the coverage was reached. */
  get exposuresByWindow(): Readonly<Record<number, number>> {
    const sums: Record<number, number> = {};
    for (const { startMs, metrics } of this.rows) {
      const window = (startMs - SINCE_MS) / 10_000;
      sums[window] = (sums[window] ?? 0) + (metrics['errors']?.exposures ?? 0);
    }
    return sums;
  }

  /** Exposures of "errors" in all windows. */
  get exposures(): number {
    return Object.values(this.exposuresByWindow).reduce((sum, count) => sum + count, 0);
  }
}
