import { SHARE_TOTAL } from '../../domain/index.ts';
import type { PolicyWindow } from '../policies/policy.ts';
import type { Rhythm } from '../rhythm.ts';
import type { Traces } from '../traces.ts';
import { baseSeries } from './base-series.ts';
import { type ArmRates, drawArm } from './draw-arm.ts';
import { type ArmEffect, armEffectAt, drawEffects, type Effect, type Moment } from './effects.ts';
import { keptWindows } from './kept-windows.ts';
import { type KeyedUniform, keyedUniforms, STREAM } from './keyed-uniforms.ts';
import { durationDraw } from './latency-table.ts';
import { quickNormalQuantile } from './quick-normal-quantile.ts';
import type { Scenario } from './scenario-schema.ts';
import { drawService, type Service } from './service.ts';
import type { TickState } from './tick-state.ts';

/** How fine and how long worlds are, and what their series are made of. */
export interface WorldOptions {
  /** Length of a tick where the scenario says nothing; default 60 s. */
  readonly tickMs?: number;
  /** Real series; absent: synthetic ones. */
  readonly traces?: Traces;
}

/** Expected harm of one tick by segment, in requests gone wrong. */
export type SegmentHarm = readonly number[];

/** One world of a scenario: the same for the same seed, whatever policy meets it. */
export interface BenchWorld {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly uniform: KeyedUniform;
  readonly tickMs: number;
  readonly ticks: number;
  readonly service: Service;
  readonly effects: readonly Effect[];
  /** What both arms really show in a tick. */
  windowAt(state: TickState): PolicyWindow;
  /** What the change is expected to cost in a tick. */
  harmAt(state: TickState): SegmentHarm;
  /** The same at full coverage from the first tick. */
  fullHarmAt(tick: number): SegmentHarm;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const USUAL_TICK_MS = 60_000;
const USUAL_HORIZON_HOURS = 12;

/** Largest probability of an error, and of a slow answer. */
const MOST = 0.9;

/** Opens the world of a seed. */
export function openBenchWorld(scenario: Scenario, seed: number, options: WorldOptions = {}): BenchWorld {
  const uniform = keyedUniforms(scenario.name, seed);
  const tickMs = scenario.tickMs ?? options.tickMs ?? USUAL_TICK_MS;
  const horizonMs = (scenario.horizonHours ?? USUAL_HORIZON_HOURS) * HOUR_MS;
  const service = drawService(scenario, uniform);
  const effects = drawEffects(scenario, service, uniform);
  const seriesSeed = Math.floor(uniform(STREAM.series, 0, 0) * 2 ** 31);
  const rhythm = baseSeries(seriesSeed, Math.ceil(horizonMs / MINUTE_MS), options.traces);
  const armService = { ...service, drawDurations: durationDraw(service) };
  const ratesOf = (state: TickState, arm: 'treatment' | 'control') =>
    armRates({ service, effects, rhythm, uniform, tickMs }, state, arm);
  const draw = (state: TickState): PolicyWindow => {
    const { tick } = state;
    const treatment = drawArm(armService, ratesOf(state, 'treatment'), { tick, arm: 0, uniform });
    const control = drawArm(armService, ratesOf(state, 'control'), { tick, arm: 1, uniform });
    return {
      startMs: tick * tickMs,
      endMs: (tick + 1) * tickMs,
      coverage: state.coverage,
      treatment: treatment.window,
      control: control.window,
      segments: Object.fromEntries(
        service.segments.map(({ name }, k) => [
          name,
          { treatment: treatment.segments[k]!, control: control.segments[k]! },
        ]),
      ),
    };
  };
  const harmAt = (state: TickState): SegmentHarm =>
    scenario.kind === 'harmful' && state.coverage > 0 ? expectedHarm({ service, effects, rhythm, tickMs }, state) : [];
  const fullHarm: SegmentHarm[] = [];
  return {
    scenario,
    seed,
    uniform,
    tickMs,
    ticks: Math.round(horizonMs / tickMs),
    service,
    effects,
    windowAt: keptWindows(
      draw,
      effects.some(({ isSinceStep }) => isSinceStep),
    ),
    harmAt,
    fullHarmAt: (tick) => {
      fullHarm[tick] ??= harmAt({ tick, coverage: SHARE_TOTAL, raisedAtMs: 0 });
      return fullHarm[tick];
    },
  };
}

/** What the rates of a tick are made of. */
interface Parts {
  readonly service: Service;
  readonly effects: readonly Effect[];
  readonly rhythm: Rhythm;
  readonly tickMs: number;
}

function armRates(
  parts: Parts & { readonly uniform: KeyedUniform },
  state: TickState,
  arm: 'treatment' | 'control',
): ArmRates {
  const { service, rhythm, uniform, tickMs } = parts;
  const share = (arm === 'treatment' ? state.coverage : SHARE_TOTAL - state.coverage) / SHARE_TOTAL;
  const minute = (state.tick * tickMs) / MINUTE_MS;
  const z = quickNormalQuantile(uniform(STREAM.armNoise, Math.floor(minute), arm === 'treatment' ? 0 : 1));
  const usual = usualAt(parts, minute, Math.exp(service.armNoise * z));
  const effect = armEffectAt(parts.effects, {
    arm,
    moment: momentOf(state, tickMs),
    segments: service.segments.length,
  });
  return {
    requests: service.segments.map((segment, k) => usual.requests * share * segment.share * effect.segmentTraffic[k]!),
    errors: service.segments.map((segment, k) => errorRate(usual.errors * segment.errors, effect, k)),
    slow: slowRate(usual.slow, effect),
    slowness: rhythm.slowness(minute) * effect.latency,
    conversion: Math.min(1, service.conversionRate * effect.conversion),
    spending: effect.revenue,
  };
}

/** Rates of all traffic at a minute, without any effect. */
function usualAt({ service, rhythm, tickMs }: Parts, minute: number, noise: number) {
  return {
    requests: service.requestsPerMinute * rhythm.load(minute) * (tickMs / MINUTE_MS),
    errors: service.errorRate * rhythm.errors(minute) * noise,
    slow: service.slowRate * rhythm.slowness(minute) ** 2,
  };
}

function errorRate(usual: number, { errors, errorsAdded, segmentErrors }: ArmEffect, k: number): number {
  return Math.min(MOST, usual * errors * segmentErrors[k]! + errorsAdded);
}

function slowRate(usual: number, { slow, slowAdded }: ArmEffect): number {
  return Math.min(MOST, usual * slow + slowAdded);
}

function momentOf({ tick, coverage, raisedAtMs }: TickState, tickMs: number): Moment {
  return { sinceStartMs: tick * tickMs, sinceStepMs: tick * tickMs - raisedAtMs, coverage };
}

/** A slow answer is so much less bad than an error. */
const SLOW_WEIGHT = 0.3;

/**
 * Requests of the treatment times what the change adds to errors, to slow answers (less bad) and takes from business, by
 * segment. Business is counted in purchases: less spending counts like as many fewer buyers.
 */
function expectedHarm(parts: Parts, state: TickState): SegmentHarm {
  const { service, effects, tickMs } = parts;
  const usual = usualAt(parts, (state.tick * tickMs) / MINUTE_MS, 1);
  const moment = momentOf(state, tickMs);
  const segments = service.segments.length;
  const treated = armEffectAt(effects, { arm: 'treatment', moment, segments });
  const untreated = armEffectAt(effects, { arm: 'control', moment, segments });
  const slow = slowRate(usual.slow, treated) - slowRate(usual.slow, untreated);
  const business = (effect: ArmEffect) => Math.min(1, service.conversionRate * effect.conversion) * effect.revenue;
  const lost = Math.max(0, business(untreated) - business(treated));
  return service.segments.map((segment, k) => {
    const requests = usual.requests * segment.share * treated.segmentTraffic[k]! * (state.coverage / SHARE_TOTAL);
    const base = usual.errors * segment.errors;
    const errors = errorRate(base, treated, k) - errorRate(base, untreated, k);
    return requests * Math.max(0, errors + SLOW_WEIGHT * slow + lost);
  });
}
