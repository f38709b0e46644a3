import type { ClosedWindow } from '../domain/index.ts';
import { addRateWindow, emptyRateEvidence, excessTest, logEValue, type WindowCounts } from '../models/index.ts';
import { seededDraws } from './draws.ts';
import type { Experiment } from './experiment.ts';
import { hourly } from './ramps.ts';
import { DIURNAL } from './rhythm.ts';
import { aSimulatedRollout, guardrailOf } from './rollouts.ts';
import { runRollout } from './run-rollout.ts';
import { NO_EFFECT, openWorld } from './world.ts';

const LOADS = [20, 600, 20_000];
const RISKS = [1.25, 1.5, 2, 5];
const MARGINS = [0, 0.1];
const ALPHA = 0.05;

/** The plainest valid rule, for comparison: the mixture on the whole grid, from the start, and nothing else. */
const PLAIN = excessTest(1, 'above', 1);

/** How soon more errors are found: hourly 1 → 5 → 10 → 25 → 50 % for a day, one guardrail, α = 0.05. */
export const POWER: Experiment = {
  title: 'errors that are found',
  cells: MARGINS.flatMap((margin) =>
    LOADS.flatMap((load) => RISKS.map((risk) => `${load}/min ×${risk} margin ${margin}`)),
  ),
  runs: 500,
  play: (cell, { seed, run }) => {
    const [load, risk, margin] = cell.split(/\/min ×| margin /).map(Number) as [number, number, number];
    const world = {
      unitsPerMinute: load,
      windowMs: 60_000,
      metrics: ['errors'] as const,
      rhythm: DIURNAL,
      dispersion: 1,
      countries: 0,
      treatment: { ...NO_EFFECT, errors: risk },
    };
    const drawWindow = openWorld(world, seededDraws(seed, run));
    let plain = emptyRateEvidence(PLAIN);
    const draw: typeof drawWindow = (at) => {
      const closed = drawWindow(at);
      plain = addRateWindow(PLAIN, plain, errorsIn(closed));
      return closed;
    };
    return runRollout({
      rollout: aSimulatedRollout({ alpha: ALPHA, burnInMs: 0, metrics: [{ ...guardrailOf('errors', 1), margin }] }),
      draw,
      ramp: hourly,
      minutes: 1440,
      ringing: ({ decision }) => ({
        rollback: decision.action === 'rollback',
        ...(margin === 0 ? { 'plain mixture': logEValue(PLAIN, plain) >= -Math.log(ALPHA) } : {}),
      }),
      isOver: (alarms) => Object.values(alarms).every((minute) => minute !== null),
    });
  },
  promise: () => undefined,
};

function errorsIn({ sources }: ClosedWindow): WindowCounts {
  const { new: treatment, old: control } = sources['app']!.variants;
  const [t, c] = [treatment!.metrics['errors']!, control!.metrics['errors']!];
  if (t.kind !== 'rate' || c.kind !== 'rate') throw new Error('errors are a rate');
  return { nT: t.exposures, nC: c.exposures, xT: t.events, xC: c.events };
}
