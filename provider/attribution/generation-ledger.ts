import type { EvaluationContext, ReportRow, RolloutOverlay } from '../../domain/index.ts';
import { type OpenWindow, openWindowAt, type UnitActivity } from './open-window.ts';
import { UnitSample } from './unit-sample.ts';
import { type PastEvents, rowsOf } from './window-rows.ts';

/** Where the outcomes of an exposure are booked. */
export interface Booking {
  readonly window: OpenWindow;
  readonly variant: string;
  readonly unitHash: number;
}

/** A unit's exposure, with what is known about it. */
export interface UnitExposure {
  readonly variant: string;
  readonly leaf: string | undefined;
  readonly unitHash: number;
  readonly context: EvaluationContext;
  readonly isRequest: boolean;
}

/** Coverages under which units are remembered; an override leads there and back. */
const MAX_COVERAGES_REMEMBERED = 4;

/**
 * The open windows of one rollout generation, and which units were seen in it.
 *
 * No set of units grows beyond `maxUnits`: then half of all units, chosen by hash, are forgotten everywhere and not
 * counted any more, so that what remains is a random subset in every variant and every open window.
 */
export class GenerationLedger {
  overlay: RolloutOverlay;
  readonly #maxUnits: number;
  readonly #sample = new UnitSample();
  readonly #windows = new Map<string, OpenWindow>();
  readonly #unitsByCoverage = new Map<number, Set<number>>();
  readonly #pastEvents: PastEvents = new Map();
  #openUnitCount = 0;
  #closedThroughMs = Number.NEGATIVE_INFINITY;

  constructor(overlay: RolloutOverlay, maxUnits: number) {
    this.overlay = overlay;
    this.#maxUnits = maxUnits;
  }

  /** Share of all units that are counted. */
  get sampledShare(): number {
    return this.#sample.share;
  }

  /** True when no outcome is waited for. */
  get isIdle(): boolean {
    return this.#windows.size === 0;
  }

  /** Counts the unit as active now; undefined when it is not in the sample, or the clock went back into a closed window. */
  expose(exposure: UnitExposure, nowMs: number): Booking | undefined {
    const { variant, unitHash, isRequest } = exposure;
    if (!this.#sample.has(unitHash)) return undefined;
    const window = this.#windowAt(nowMs);
    if (window === undefined) return undefined;
    this.#activityIn(window, exposure).requests += isRequest ? 1 : 0;
    while (this.#openUnitCount > this.#maxUnits || this.#seenUnder(window.coverage).size > this.#maxUnits)
      this.#halve();
    return { window, variant, unitHash };
  }

  /** The unit's newest exposure whose window has not been reported. */
  latestBooking(unitHash: number): Booking | undefined {
    for (const window of [...this.#windows.values()].reverse()) {
      for (const [variant, units] of window.variants) {
        if (units.has(unitHash)) return { window, variant, unitHash };
      }
    }
    return undefined;
  }

  /** What the unit does in its first window under the coverage of a booking; undefined once that takes no outcomes. */
  firstActivity({ window: { coverage }, variant, unitHash }: Booking, nowMs: number): UnitActivity | undefined {
    for (const window of this.#windows.values()) {
      const isOpen = window.coverage === coverage && nowMs < window.closesAtMs;
      const activity = isOpen ? window.variants.get(variant)?.get(unitHash) : undefined;
      if (activity?.isNew) return activity;
    }
    return undefined;
  }

  /** True when the unit was exposed under one of the latest coverages. */
  hasSeen(unitHash: number): boolean {
    return [...this.#unitsByCoverage.values()].some((units) => units.has(unitHash));
  }

  /** Closes the windows whose last outcome is due by `nowMs`, and returns their rows. */
  close(nowMs: number): readonly ReportRow[] {
    const due = [...this.#windows].filter(([, window]) => window.closesAtMs <= nowMs);
    const rows = due.flatMap(([key, window]) => {
      const windowRows = rowsOf(window, this.#pastEvents);
      this.#windows.delete(key);
      this.#openUnitCount -= unitCountOf(window);
      this.#closedThroughMs = Math.max(this.#closedThroughMs, window.endMs);
      // Requests that are still running hold on to their window.
      window.variants.clear();
      return windowRows;
    });
    while ([...this.#pastEvents.values()].some((units) => units.size > this.#maxUnits)) this.#halve();
    return rows;
  }

  #windowAt(nowMs: number): OpenWindow | undefined {
    const startMs = Math.floor(nowMs / this.overlay.windowMs) * this.overlay.windowMs;
    if (startMs < this.#closedThroughMs) return undefined;
    const key = `${startMs}:${this.overlay.coverage}`;
    const window = this.#windows.get(key) ?? openWindowAt(this.overlay, nowMs);
    this.#windows.set(key, window);
    return window;
  }

  #activityIn(window: OpenWindow, { variant, leaf, unitHash, context }: UnitExposure): UnitActivity {
    const units = window.variants.get(variant) ?? new Map<number, UnitActivity>();
    window.variants.set(variant, units);
    const known = units.get(unitHash);
    if (known !== undefined) return known;
    const activity: UnitActivity = {
      requests: 0,
      isNew: this.#markSeen(window.coverage, unitHash),
      leaf,
      segmentCode: window.segments.codeOf(context),
      outcomes: [],
    };
    units.set(unitHash, activity);
    this.#openUnitCount += 1;
    return activity;
  }

  /** True when the unit was not seen under this coverage before. */
  #markSeen(coverage: number, unitHash: number): boolean {
    const units = this.#seenUnder(coverage);
    const isNew = !units.has(unitHash);
    units.add(unitHash);
    return isNew;
  }

  #seenUnder(coverage: number): Set<number> {
    const known = this.#unitsByCoverage.get(coverage);
    if (known !== undefined) return known;
    const [oldest] = this.#unitsByCoverage.keys();
    if (oldest !== undefined && this.#unitsByCoverage.size >= MAX_COVERAGES_REMEMBERED) {
      this.#unitsByCoverage.delete(oldest);
    }
    const units = new Set<number>();
    this.#unitsByCoverage.set(coverage, units);
    return units;
  }

  #halve(): void {
    this.#sample.halve();
    const drop = (units: Set<number> | Map<number, UnitActivity>) => {
      for (const unitHash of units.keys()) if (!this.#sample.has(unitHash)) units.delete(unitHash);
    };
    for (const units of [...this.#unitsByCoverage.values(), ...this.#pastEvents.values()]) drop(units);
    this.#openUnitCount = 0;
    for (const window of this.#windows.values()) {
      for (const units of window.variants.values()) drop(units);
      this.#openUnitCount += unitCountOf(window);
    }
  }
}

function unitCountOf(window: OpenWindow): number {
  return [...window.variants.values()].reduce((sum, units) => sum + units.size, 0);
}
