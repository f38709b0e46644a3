import type { Outcome } from '../controller/index.ts';
import { type DenseRateEvidence, denseRateTest, logDenseEValue } from '../models/index.ts';
import { type Draws, seededDraws } from './draws.ts';
import type { Promised, RunSeed } from './experiment.ts';
import { asDecided, fleeFromEvidence, jumpOnEvidence, type Ramp } from './ramps.ts';
import type { Rhythm } from './rhythm.ts';
import { aSimulatedRollout, guardrailOf } from './rollouts.ts';
import { type Alarms, runRollout } from './run-rollout.ts';
import { type Effect, openWorld, type WorldMetric } from './world.ts';

const METRICS: readonly WorldMetric[] = ['errors', 'timeouts', 'requests', 'latency', 'purchases', 'revenue'];
const DISPERSION = 4;
const COUNTRIES = 12;
const ALPHAS = [0.05, 0.01];

/** As a person gets it who says nothing. */
export const BURN_IN_MINUTES = 5;

/** The controller's own ramp, and two adversaries that look at the evidence: they take turns. */
const RAMPS = [asDecided, jumpOnEvidence, fleeFromEvidence];

/** A rollout that does no harm. */
export interface NullRun extends RunSeed {
  readonly unitsPerMinute: number;
  readonly minutes: number;
  readonly rhythmOf: (draws: Draws) => Rhythm;
  /** Nothing, or just what the margins allow. */
  readonly treatment: Effect;
  /** Absent: the controller and the adversaries take turns. */
  readonly ramp?: Ramp;
}

/** Plays a harmless rollout of six guardrails, one of them in bursts of the declared dispersion and one by country. */
export function playNull({ seed, run, unitsPerMinute, minutes, rhythmOf, treatment, ...given }: NullRun): Alarms {
  const draws = seededDraws(seed, run);
  const ramp = given.ramp ?? RAMPS[run % RAMPS.length]!;
  const world = {
    unitsPerMinute,
    windowMs: 60_000,
    metrics: METRICS,
    rhythm: rhythmOf(draws),
    dispersion: DISPERSION,
    countries: COUNTRIES,
    treatment,
  };
  return runRollout({
    rollout: aSimulatedRollout({
      alpha: ALPHAS[0]!,
      // The adversaries change coverage all the time: with a burn-in they would have no evidence at all.
      burnInMs: ramp === jumpOnEvidence || ramp === fleeFromEvidence ? 0 : BURN_IN_MINUTES * 60_000,
      segments: ['country'],
      metrics: METRICS.map((metric) => guardrailOf(metric, DISPERSION)),
    }),
    draw: openWorld(world, draws),
    ramp,
    minutes,
    ringing: falseAlarms,
    isOver: (_, { decision }) => decision.action === 'complete',
  });
}

/** Every false alarm says itself how often it may ring. */
export function nullPromise(_cell: string, alarm: string): Promised {
  return { atMost: Number(alarm.split(' at ').at(-1)) };
}

/** Every monitor by itself, and all of them together as the controller combines them. */
function falseAlarms({ assessment, evidence }: Outcome): Readonly<Record<string, boolean>> {
  const { guardrails, combined, burnIn } = assessment.treatments[0]!;
  const dense = evidence.treatments['new']!.guardrails['requests']!.sources['app']?.monitors[1];
  const monitors = [
    ...guardrails.map(({ metric, evidence: { log10 } }) => [metric, log10 * Math.LN10] as const),
    ['bound for bursts', dense === undefined ? 0 : logDenseEValue(DENSE, dense as DenseRateEvidence)] as const,
    ['segments', segmentsLogE(guardrails[0]!.segments)] as const,
  ];
  const isCatastrophe = burnIn.log10 >= burnIn.lineLog10;
  const rings = ALPHAS.flatMap((alpha) => [
    ...monitors.map(([monitor, logE]) => [`${monitor} at ${alpha}`, logE >= -Math.log(alpha)] as const),
    [`rollback at ${alpha}`, isCatastrophe || combined.log10 >= -Math.log10(alpha - BURN_IN_ALPHA)] as const,
  ]);
  return {
    ...Object.fromEntries(rings),
    [`burn-in at ${BURN_IN_ALPHA}`]: isCatastrophe,
    'sample ratio at 0.001': evidence.sampleRatioMismatchAtMs !== null,
  };
}

/** What the watch over burn-in spends of both values of α. */
const BURN_IN_ALPHA = 0.001;

/** Places among segments, taken or not: each has the same part of their evidence. */
const PLACES = 10;

function segmentsLogE(segments: readonly { readonly log10: number }[]): number {
  const taken = segments.reduce((sum, { log10 }) => sum + 10 ** log10, 0);
  return Math.log((taken + PLACES - segments.length) / PLACES);
}

const DENSE = denseRateTest({ goodDirection: 'lower', margin: 0.1, dispersion: DISPERSION, alpha: ALPHAS[0]! });
