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
    return runRollout({
      rollout: aSimulatedRollout({ alpha: 0.05, burnInMs: 0, metrics: [{ ...guardrailOf('errors', 1), margin }] }),
      draw: openWorld(world, seededDraws(seed, run)),
      ramp: hourly,
      minutes: 1440,
      ringing: ({ decision }) => ({ rollback: decision.action === 'rollback' }),
      isOver: ({ rollback }) => rollback !== null,
    });
  },
  promise: () => undefined,
};
