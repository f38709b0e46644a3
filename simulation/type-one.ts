import type { Draws } from './draws.ts';
import type { Experiment } from './experiment.ts';
import { BURN_IN_MINUTES, nullPromise, playNull } from './null-run.ts';
import { stageEvery } from './ramps.ts';
import { DIURNAL, type Rhythm, withIncidents } from './rhythm.ts';
import { NO_EFFECT } from './world.ts';

const MINUTES = 720;
const LOADS = [20, 600, 20_000];
const STAGE_COUNT = 5;

/** All that a margin of a tenth allows: here a wrong test has nothing to hide behind. */
const AT_MARGIN = { ...NO_EFFECT, errors: 1.1 };

const BURN_IN_ALONE = 'burn-in alone';

/** False alarms of rollouts that do no harm: daily cycle, shared incidents, a decision after every minute. */
export const TYPE_ONE: Experiment = {
  title: 'false alarms in harmless rollouts of 12 hours',
  cells: [
    ...LOADS.map((load) => `${load}/min`),
    '600/min, at the margin',
    ...LOADS.map((load) => `${load}/min, ${BURN_IN_ALONE}`),
  ],
  runs: 2_000,
  play: (cell, seed) => {
    const isBurnIn = cell.endsWith(BURN_IN_ALONE);
    return playNull({
      ...seed,
      unitsPerMinute: Number.parseInt(cell, 10),
      minutes: isBurnIn ? STAGE_COUNT * BURN_IN_MINUTES : MINUTES,
      rhythmOf: isBurnIn ? () => DIURNAL : withTwoIncidents,
      treatment: cell.endsWith('at the margin') ? AT_MARGIN : NO_EFFECT,
      ...(isBurnIn && { ramp: stageEvery(BURN_IN_MINUTES) }),
    });
  },
  promise: nullPromise,
};

/** One incident in each half of the run: half an hour of five times the errors, and slower answers. */
function withTwoIncidents({ uniform }: Draws): Rhythm {
  const half = MINUTES / 2;
  const incidents = [0, half].map((from) => ({
    fromMinute: from + Math.floor(uniform() * (half - 30)),
    minutes: 30,
    errorFactor: 5,
    slowness: 1.5,
  }));
  return withIncidents(DIURNAL, incidents);
}
