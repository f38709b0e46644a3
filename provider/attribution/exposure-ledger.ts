import type { EvaluationContext, Exposure, ReportRow, RolloutOverlay } from '../../domain/index.ts';
import { type Booking, GenerationLedger } from './generation-ledger.ts';
import { addOutcome, type MeasuredMetric, type UnitActivity } from './open-window.ts';
import { hashOfUnit } from './unit-sample.ts';

/** How an exposure came about. */
export interface Occasion {
  readonly context: EvaluationContext;
  /** False outside of requests. */
  readonly isRequest: boolean;
  readonly nowMs: number;
}

/** Something that followed on an exposure. */
export type Outcome =
  | { readonly signal: 'error' }
  | { readonly signal: 'latency'; readonly durationMs: number }
  | { readonly signal: 'event'; readonly metric: string; readonly value: number | undefined };

/** Whether an outcome was counted, and if not, why. */
export type OutcomeVerdict = 'counted' | 'notDeclared' | 'tooLate' | 'valueMissing';

/** Rollout generations that are measured at the same time. */
const MAX_GENERATIONS = 100;

/** Counts exposures and outcomes of all rollouts, unit by unit, in windows of event time. */
export class ExposureLedger {
  /** Outcomes that came after their window was closed. */
  lateOutcomeCount = 0;
  /** Exposures that were not counted because too many rollouts are measured at once. */
  droppedExposureCount = 0;
  readonly #maxUnits: number;
  readonly #generations = new Map<string, GenerationLedger>();
  #measuredKeys: ReadonlySet<string> = new Set();

  constructor(maxUnits: number) {
    this.#maxUnits = maxUnits;
  }

  /** Smallest share of units that any rollout counts; below 1 where there are more units than fit. */
  get sampledShare(): number {
    return Math.min(1, ...[...this.#generations.values()].map((generation) => generation.sampledShare));
  }

  /** Length in ms of the shortest windows; undefined while nothing is measured. */
  get smallestWindowMs(): number | undefined {
    const lengths = [...this.#generations.values()].map((generation) => generation.overlay.windowMs);
    return lengths.length === 0 ? undefined : Math.min(...lengths);
  }

  /** Counts an exposure; undefined when its outcomes will not be counted. */
  expose({ rollout, unit, variant, leaf }: Exposure, { context, isRequest, nowMs }: Occasion): Booking | undefined {
    const generation = this.#generationOf(rollout);
    if (generation === undefined) {
      this.droppedExposureCount += 1;
      return undefined;
    }
    return generation.expose({ variant, leaf, unitHash: hashOfUnit(unit), context, isRequest }, nowMs);
  }

  /** Books an outcome to the window of its exposure. */
  record(booking: Booking, outcome: Outcome, nowMs: number): OutcomeVerdict {
    const { window, variant, unitHash } = booking;
    const index = window.metrics.findIndex((metric) => measures(metric, outcome));
    if (index === -1) return 'notDeclared';
    if (nowMs >= window.closesAtMs) return this.#tooLate();
    const activity = window.variants.get(variant)?.get(unitHash);
    // Without activity the unit has left the sample in the meantime.
    if (activity === undefined) return 'counted';
    for (const [position, metric] of window.metrics.entries()) {
      if (!measures(metric, outcome)) continue;
      const amount = amountOf(outcome, metric.kind);
      if (amount === undefined) return 'valueMissing';
      const counting = metric.kind === 'value' ? this.#firstActivity(booking, activity, nowMs) : activity;
      if (counting !== undefined) addOutcome(counting, position, metric.kind, amount);
    }
    return 'counted';
  }

  /** Books an outcome to the unit's latest exposure in every rollout that declares it. */
  recordForUnit(unit: string, outcome: Outcome, nowMs: number): readonly OutcomeVerdict[] {
    const unitHash = hashOfUnit(unit);
    return [...this.#generations.values()].map((generation) => {
      const booking = generation.latestBooking(unitHash);
      if (booking !== undefined) return this.record(booking, outcome, nowMs);
      if (!generation.overlay.metrics.some((metric) => measures(metric, outcome))) return 'notDeclared';
      return generation.hasSeen(unitHash) ? this.#tooLate() : 'notDeclared';
    });
  }

  /** Says which rollouts are measured now; others are forgotten as soon as no outcome of theirs is waited for. */
  measure(overlays: readonly RolloutOverlay[]): void {
    this.#measuredKeys = new Set(overlays.filter((overlay) => overlay.isMeasured).map(keyOf));
  }

  /** Rows of the windows that close by `nowMs`; `Infinity` closes them all. */
  close(nowMs: number): readonly ReportRow[] {
    const rows = [...this.#generations.values()].flatMap((generation) => generation.close(nowMs));
    for (const [key, generation] of this.#generations) {
      if (generation.isIdle && !this.#measuredKeys.has(key)) this.#generations.delete(key);
    }
    return rows;
  }

  #generationOf(overlay: RolloutOverlay): GenerationLedger | undefined {
    const key = keyOf(overlay);
    const known = this.#generations.get(key);
    if (known !== undefined) {
      known.overlay = overlay;
      return known;
    }
    if (this.#generations.size >= MAX_GENERATIONS) return undefined;
    const generation = new GenerationLedger(overlay, this.#maxUnits);
    this.#generations.set(key, generation);
    return generation;
  }

  /** A value belongs to the unit's first window, even when the unit was exposed again before it was tracked. */
  #firstActivity(booking: Booking, activity: UnitActivity, nowMs: number): UnitActivity | undefined {
    return activity.isNew ? activity : this.#generations.get(keyOf(booking.window))?.firstActivity(booking, nowMs);
  }

  #tooLate(): OutcomeVerdict {
    this.lateOutcomeCount += 1;
    return 'tooLate';
  }
}

function keyOf({ rollout, generation }: Pick<RolloutOverlay, 'rollout' | 'generation'>): string {
  return `${generation}:${rollout}`;
}

function measures(metric: MeasuredMetric, outcome: Outcome): boolean {
  return metric.signal === outcome.signal && (outcome.signal !== 'event' || metric.metric === outcome.metric);
}

/** What the outcome adds to a metric of this kind; undefined when that takes a number and there is none. */
function amountOf(outcome: Outcome, kind: MeasuredMetric['kind']): number | undefined {
  switch (outcome.signal) {
    case 'error':
      return 1;
    case 'latency':
      return outcome.durationMs;
    case 'event':
      return kind === 'rate' ? 1 : outcome.value;
  }
}
