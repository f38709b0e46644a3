import type { MetricDefinition, MetricWindow } from '../../domain/index.ts';
import {
  addFading,
  EMPTY_SKETCH,
  type FlatSketch,
  flatSketch,
  type SlowThresholds,
  slowThresholds,
  unitsAboveBins,
} from '../../models/index.ts';
import { TAIL } from './guardrail-evidence.ts';

/** Exposures and events of control alone. */
export interface ControlCounts {
  readonly exposures: number;
  readonly events: number;
}

/** How control fares by itself in one guardrail: what is usual, and whether it is in trouble now. */
export interface ControlEvidence {
  /** End of the newest window in which control had data; null while it never had any. */
  readonly lastDataMs: number | null;
  /** Older windows, fading with a time constant of an hour; for a duration the events are units slower than p95. */
  readonly usual: ControlCounts;
  /** The newest windows, not yet part of what is usual. */
  readonly newest: readonly ControlCounts[];
  /** Start of the incident that control is in; null when it is in none. */
  readonly incidentSinceMs: number | null;
  /** Windows in a row that looked usual again. */
  readonly calmWindowCount: number;
  /** Control's durations by source, fading: no source can say what is slow for another. Empty for anything else. */
  readonly sketches: Readonly<Record<string, FlatSketch>>;
}

/** Windows that are judged together as "now": one alone is noise at low traffic. */
const NEWEST_WINDOWS = 3;

/** Calm windows in a row that end an incident. */
export const CALM_WINDOWS = 5;

/** While control is in an incident its windows count this much, so that trouble does not become usual. */
const LEARNING_IN_INCIDENT = 0.1;

/** An incident is at least a doubling (or halving) … */
const INCIDENT_RATIO = 2;
/** … of at least four standard errors, counts being over-dispersed by half … */
const INCIDENT_Z = 4;
const OVER_DISPERSION = 1.5;
/** … of at least so many events … */
const MIN_EVENTS = 5;
/** … against at least so many exposures of history. */
const MIN_USUAL_EXPOSURES = 200;

/** The state before the first window. */
export function emptyControlEvidence(): ControlEvidence {
  return {
    lastDataMs: null,
    usual: { exposures: 0, events: 0 },
    newest: [],
    incidentSinceMs: null,
    calmWindowCount: 0,
    sketches: {},
  };
}

/** When a control window took place, and by how much older ones count less since. */
export interface ControlWindowTime {
  readonly startMs: number;
  readonly endMs: number;
  readonly fading: number;
}

/** One closed window of control: of all sources together, and of each. */
export interface ControlWindow {
  readonly all: MetricWindow | undefined;
  readonly bySource: readonly { readonly source: string; readonly window: MetricWindow | undefined }[];
}

/** Adds one closed window of control. */
export function addControlWindow(
  metric: MetricDefinition,
  evidence: ControlEvidence,
  { all: window, bySource }: ControlWindow,
  { startMs, endMs, fading }: ControlWindowTime,
): ControlEvidence {
  const learning = evidence.incidentSinceMs === null ? 1 : LEARNING_IN_INCIDENT;
  const faded = {
    ...evidence,
    lastDataMs: (window?.exposures ?? 0) > 0 ? endMs : evidence.lastDataMs,
    usual: scaled(evidence.usual, fading),
    sketches: metric.kind === 'duration' ? addSketches(evidence.sketches, bySource, { fading, learning }) : {},
  };
  const counts = countsOf(window, metric.kind === 'duration' ? slowThresholds(pooledSketch(evidence)) : undefined);
  if (counts === undefined || counts.exposures === 0) return faded;
  const [leaving, ...staying] = [...evidence.newest, counts];
  const isFull = staying.length === NEWEST_WINDOWS;
  const moved = {
    ...faded,
    usual: isFull ? sumOf([faded.usual, scaled(leaving!, learning)]) : faded.usual,
    newest: isFull ? staying : [...evidence.newest, counts],
  };
  return { ...moved, ...incidentAfter(moved, isUnusual(moved, metric.goodDirection), startMs) };
}

/** Control's durations of all sources, fading. */
export function pooledSketch({ sketches }: ControlEvidence): FlatSketch {
  const [first, ...others] = Object.values(sketches);
  return others.reduce((sum, sketch) => addFading(sum, sketch, { fading: 1 }), first ?? EMPTY_SKETCH);
}

function addSketches(
  sketches: ControlEvidence['sketches'],
  bySource: ControlWindow['bySource'],
  { fading, learning }: { readonly fading: number; readonly learning: number },
): ControlEvidence['sketches'] {
  const before = new Map(Object.entries(sketches));
  const shown = new Map(
    bySource.flatMap(({ source, window }) => (window?.kind === 'duration' ? [[source, flatSketch(window.bins)]] : [])),
  );
  return Object.fromEntries(
    [...new Set([...before.keys(), ...shown.keys()])].map((source) => [
      source,
      addFading(before.get(source) ?? EMPTY_SKETCH, shown.get(source) ?? EMPTY_SKETCH, { fading, weight: learning }),
    ]),
  );
}

/** Exposures and events of the newest windows together. */
export function newestCounts({ newest }: ControlEvidence): ControlCounts {
  return sumOf(newest);
}

/** Events per exposure; 0 without exposures. */
export function rateOf({ exposures, events }: ControlCounts): number {
  return exposures === 0 ? 0 : events / exposures;
}

function incidentAfter(
  { incidentSinceMs, calmWindowCount }: ControlEvidence,
  isTroubled: boolean,
  startMs: number,
): Pick<ControlEvidence, 'incidentSinceMs' | 'calmWindowCount'> {
  if (isTroubled) return { incidentSinceMs: incidentSinceMs ?? startMs, calmWindowCount: 0 };
  if (incidentSinceMs === null) return { incidentSinceMs: null, calmWindowCount: 0 };
  const isOver = calmWindowCount + 1 >= CALM_WINDOWS;
  return isOver
    ? { incidentSinceMs: null, calmWindowCount: 0 }
    : { incidentSinceMs, calmWindowCount: calmWindowCount + 1 };
}

/** Two-sample z-test of the newest windows against what is usual, with a floor under size and count of the difference. */
function isUnusual(evidence: ControlEvidence, goodDirection: 'lower' | 'higher'): boolean {
  const { usual } = evidence;
  const now = newestCounts(evidence);
  if (usual.exposures < MIN_USUAL_EXPOSURES) return false;
  const expected = now.exposures * rateOf(usual);
  const pooledRate = rateOf(sumOf([usual, now]));
  const variance =
    OVER_DISPERSION * now.exposures * pooledRate * (1 - pooledRate) * (1 + now.exposures / usual.exposures);
  const [worse, better] = goodDirection === 'lower' ? [now.events, expected] : [expected, now.events];
  const isLarge = worse >= INCIDENT_RATIO * better && worse >= MIN_EVENTS;
  return isLarge && (worse - better) ** 2 >= INCIDENT_Z ** 2 * variance;
}

function countsOf(window: MetricWindow | undefined, thresholds: SlowThresholds | undefined): ControlCounts | undefined {
  switch (window?.kind) {
    case 'rate':
      return { exposures: window.exposures, events: window.events };
    case 'duration':
      return (
        thresholds && {
          exposures: window.exposures,
          events: unitsAboveBins(flatSketch(window.bins), thresholds)[TAIL]!,
        }
      );
    case 'value':
    case undefined:
      return undefined;
  }
}

function scaled({ exposures, events }: ControlCounts, factor: number): ControlCounts {
  return { exposures: exposures * factor, events: events * factor };
}

function sumOf(counts: readonly ControlCounts[]): ControlCounts {
  return counts.reduce(
    (sum, { exposures, events }) => ({ exposures: sum.exposures + exposures, events: sum.events + events }),
    { exposures: 0, events: 0 },
  );
}
