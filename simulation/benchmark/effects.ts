import { SHARE_TOTAL } from '../../domain/index.ts';
import { drawQuantity } from './draw-quantity.ts';
import { type KeyedUniform, STREAM } from './keyed-uniforms.ts';
import type { EffectShape, Quantity, Scenario, ScenarioEffect } from './scenario-schema.ts';
import type { Service } from './service.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What an effect acts on in a world. */
export type AffectedMetric = Exclude<ScenarioEffect['metric'], 'business'>;

/** An effect with everything drawn that a world draws. */
export interface Effect {
  readonly metric: AffectedMetric;
  readonly arm: 'treatment' | 'control' | 'both';
  /** At full strength: a factor, or what is added. */
  readonly size: number;
  readonly isAdded: boolean;
  /** Of the world's segments; null: all. */
  readonly segment: number | null;
  /** Whether its strength depends on when coverage was last raised. */
  readonly isSinceStep: boolean;
  /** Strength in [0, 1] at a moment. */
  strengthAt(moment: Moment): number;
}

/** What an effect's strength depends on. */
export interface Moment {
  readonly sinceStartMs: number;
  /** Since coverage was last raised. */
  readonly sinceStepMs: number;
  readonly coverage: number;
}

/** The effects of one world. */
export function drawEffects({ effects = [] }: Scenario, service: Service, uniform: KeyedUniform): readonly Effect[] {
  return effects.map((effect, index) =>
    drawEffect(effect, service, (what) => uniform(STREAM.effect, index, what), eventUniform(effect, index, uniform)),
  );
}

/** Effects of one event share when it comes, how long it lasts and which shape it takes. */
function eventUniform({ event }: ScenarioEffect, index: number, uniform: KeyedUniform): (what: number) => number {
  const key =
    event === undefined ? index : [...event].reduce((hash, letter) => (hash * 31 + letter.codePointAt(0)!) | 0, 1_000);
  return (what) => uniform(STREAM.effect, key, 100 + what);
}

function drawEffect(
  effect: ScenarioEffect,
  service: Service,
  own: (what: number) => number,
  shared: (what: number) => number,
): Effect {
  const { metric, factor, add, arm = 'treatment', since = 'start', segmentShare, aboveCoverage = 0 } = effect;
  const onsetMs = drawQuantity(effect.onsetHours ?? 0, shared(0)) * HOUR_MS;
  const lastsMs =
    effect.durationHours === undefined
      ? Number.POSITIVE_INFINITY
      : drawQuantity(effect.durationHours, shared(1)) * HOUR_MS;
  const shapes = [effect.shape ?? { kind: 'step' as const }].flat();
  const shape = drawShape(shapes[Math.floor(shared(2) * shapes.length)]!, shared);
  const above = drawQuantity(aboveCoverage, own(2)) * SHARE_TOTAL;
  return {
    metric: metric === 'business' ? (own(1) < 0.5 ? 'conversion' : 'revenue') : metric,
    arm,
    size: drawQuantity((factor ?? add)!, own(0)),
    isAdded: add !== undefined,
    isSinceStep: since === 'step',
    segment: segmentShare === undefined ? null : segmentOfShare(service, segmentShare, own(3)),
    strengthAt: ({ sinceStartMs, sinceStepMs, coverage }) => {
      const ageMs = (since === 'step' ? sinceStepMs : sinceStartMs) - onsetMs;
      return ageMs < 0 || ageMs >= lastsMs || (above > 0 && coverage <= above) ? 0 : shape(ageMs);
    },
  };
}

/** One of the segments with such a share of the traffic; the nearest one where there is none. */
function segmentOfShare({ segments }: Service, [least, most]: readonly [number, number], u: number): number {
  const fitting = segments
    .map(({ share }, index) => ({ share, index }))
    .filter(({ share }) => share >= least && share <= most);
  if (fitting.length > 0) return fitting[Math.floor(u * fitting.length)]!.index;
  const distances = segments.map(({ share }) => Math.min(Math.abs(share - least), Math.abs(share - most)));
  return distances.indexOf(Math.min(...distances));
}

/** Strength by age. */
function drawShape(shape: EffectShape, uniform: (what: number) => number): (ageMs: number) => number {
  const inMs = (quantity: Quantity, unitMs: number, what: number) => drawQuantity(quantity, uniform(what)) * unitMs;
  switch (shape.kind) {
    case 'step':
      return () => 1;
    case 'creep': {
      const overMs = inMs(shape.overHours, HOUR_MS, 3);
      return (ageMs) => Math.min(1, ageMs / overMs);
    }
    case 'leak': {
      const overMs = inMs(shape.overHours, HOUR_MS, 3);
      return (ageMs) => Math.min(1, ageMs / overMs) ** 2;
    }
    case 'bursts': {
      const lastMs = inMs(shape.lastMinutes, MINUTE_MS, 3);
      const everyMs = inMs(shape.everyMinutes, MINUTE_MS, 4);
      return (ageMs) => (ageMs % everyMs < lastMs ? 1 : 0);
    }
    case 'decay': {
      const constantMs = inMs(shape.minutes, MINUTE_MS, 3);
      return (ageMs) => Math.exp(-ageMs / constantMs);
    }
  }
}

/** What all effects together do to one arm at one moment. */
export interface ArmEffect {
  readonly errors: number;
  readonly errorsAdded: number;
  readonly slow: number;
  readonly slowAdded: number;
  readonly latency: number;
  readonly conversion: number;
  readonly revenue: number;
  /** Further factors by segment. */
  readonly segmentErrors: readonly number[];
  readonly segmentTraffic: readonly number[];
}

/** Sums up effects on one arm: factors multiply, additions add. */
export function armEffectAt(
  effects: readonly Effect[],
  {
    arm,
    moment,
    segments,
  }: { readonly arm: 'treatment' | 'control'; readonly moment: Moment; readonly segments: number },
): ArmEffect {
  const active = effects.filter(
    (effect) => (effect.arm === 'both' || effect.arm === arm) && effect.strengthAt(moment) > 0,
  );
  if (active.length === 0) return noEffect(segments);
  const sum = { errors: 1, errorsAdded: 0, slow: 1, slowAdded: 0, latency: 1, conversion: 1, revenue: 1, traffic: 1 };
  const segmentErrors = new Array<number>(segments).fill(1);
  const segmentTraffic = new Array<number>(segments).fill(1);
  for (const effect of active) {
    const strength = effect.strengthAt(moment);
    const factor = 1 + (effect.size - 1) * strength;
    if (effect.isAdded) sum[effect.metric === 'errors' ? 'errorsAdded' : 'slowAdded'] += effect.size * strength;
    else if (effect.segment === null) sum[effect.metric] *= factor;
    else (effect.metric === 'errors' ? segmentErrors : segmentTraffic)[effect.segment]! *= factor;
  }
  if (sum.traffic !== 1) for (let k = 0; k < segments; k += 1) segmentTraffic[k]! *= sum.traffic;
  return { ...sum, segmentErrors, segmentTraffic };
}

/** Most arms in most ticks: made once for each number of segments. */
const WITHOUT_EFFECT = new Map<number, ArmEffect>();

function noEffect(segments: number): ArmEffect {
  const known = WITHOUT_EFFECT.get(segments);
  if (known !== undefined) return known;
  const ones: readonly number[] = new Array<number>(segments).fill(1);
  const none = { errors: 1, errorsAdded: 0, slow: 1, slowAdded: 0, latency: 1, conversion: 1, revenue: 1 };
  const effect: ArmEffect = { ...none, segmentErrors: ones, segmentTraffic: ones };
  WITHOUT_EFFECT.set(segments, effect);
  return effect;
}
