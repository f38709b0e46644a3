import { seededDraws } from './draws.ts';
import type { Experiment } from './experiment.ts';
import { nullPromise, playNull } from './null-run.ts';
import { type ExperimentSeries, resplit } from './resplit.ts';
import { aSimulatedRollout, guardrailOf } from './rollouts.ts';
import { runRollout } from './run-rollout.ts';
import { rhythmFrom, type Traces } from './traces.ts';
import { NO_EFFECT } from './world.ts';

/** What real data there is. */
export interface RealData {
  readonly traces: Traces;
  readonly experiments: readonly ExperimentSeries[];
}

const MINUTES = 720;
const HALF = 50_000;
const ALPHAS = [0.05, 0.01];

/** False alarms where load, errors and slowness go up and down as they did in real services, and on real experiments. */
export function sharedData(data: RealData | undefined): Experiment {
  return {
    title: 'false alarms on real series',
    cells: data === undefined ? [] : ['traces 600/min', 'experiments, rates', 'experiments, values'],
    runs: 500,
    play: (cell, seed) => {
      const { traces, experiments } = data!;
      if (cell.startsWith('traces')) {
        const rhythmOf = (draws: Parameters<typeof rhythmFrom>[2]) => rhythmFrom(traces, MINUTES, draws);
        return playNull({ ...seed, unitsPerMinute: 600, minutes: MINUTES, rhythmOf, treatment: NO_EFFECT });
      }
      const kind = cell.endsWith('rates') ? 'rate' : 'value';
      const series = experiments.filter((candidate) => candidate.kind === kind);
      return playResplit(series[seed.run % series.length]!, seed);
    },
    promise: nullPromise,
  };
}

/** Judged at one half without a margin: the strictest test, on the boundary of its null. */
function playResplit(series: ExperimentSeries, { seed, run }: Parameters<Experiment['play']>[1]) {
  const metric = { ...guardrailOf(series.kind === 'rate' ? 'purchases' : 'revenue', 1), margin: 0 };
  const rollout = aSimulatedRollout({ alpha: ALPHAS[0]!, burnInMs: 0, metrics: [metric] });
  return runRollout({
    rollout: { ...rollout, state: { ...rollout.state, coverage: HALF } },
    ...resplit(series, seededDraws(seed, run)),
    ramp: () => HALF,
    ringing: ({ assessment }) => {
      const { log10 } = assessment.treatments[0]!.guardrails[0]!.evidence;
      return Object.fromEntries(ALPHAS.map((alpha) => [`${series.kind} at ${alpha}`, log10 >= -Math.log10(alpha)]));
    },
    isOver: () => false,
  });
}
