import type { ClosedWindow, MetricWindow } from '../domain/index.ts';
import type { Draws } from './draws.ts';
import { START_MS } from './rollouts.ts';
import type { WindowDraw } from './world.ts';

/** What both sides of a real experiment showed between two looks. */
export interface ExperimentStep {
  readonly nT: number;
  readonly nC: number;
  /** Over both sides: sum and sum of squares of what the units were worth; of 0/1 both are the number of ones. */
  readonly sum: number;
  readonly sumOfSquares: number;
}

/** One metric of one treatment of a real experiment. */
export interface ExperimentSeries {
  readonly kind: 'rate' | 'value';
  readonly steps: readonly ExperimentStep[];
}

const STEP_MS = 60_000;

/** Units and times of a real experiment, its outcomes divided between the sides at random: no treatment has an effect. */
export function resplit(
  series: ExperimentSeries,
  draws: Draws,
): { readonly draw: WindowDraw; readonly minutes: number } {
  const draw: WindowDraw = ({ startMs, coverage }) => {
    const step = series.steps[(startMs - START_MS) / STEP_MS]!;
    const sides = series.kind === 'rate' ? splitEvents(step, draws) : splitValues(step, draws);
    const variant = (units: number, window: MetricWindow) => ({
      units,
      newUnits: units,
      requests: units,
      metrics: { [series.kind === 'rate' ? 'purchases' : 'revenue']: window },
    });
    const variants = { new: variant(step.nT, sides.treatment), old: variant(step.nC, sides.control) };
    const closed: ClosedWindow = {
      startMs,
      endMs: startMs + STEP_MS,
      coverage,
      sources: { app: { reports: 1, clockSkewMs: null, variants } },
    };
    return closed;
  };
  return { draw, minutes: series.steps.length };
}

/** Every event belongs to a random unit: the hypergeometric distribution. */
function splitEvents({ nT, nC, sum }: ExperimentStep, draws: Draws) {
  let events = 0;
  for (let event = 0; event < sum; event += 1) {
    if (draws.uniform() * (nT + nC - event) < nT - events) events += 1;
  }
  return {
    treatment: { kind: 'rate', exposures: nT, events } as const,
    control: { kind: 'rate', exposures: nC, events: Math.round(sum) - events } as const,
  };
}

/** The difference of the means of two random halves is nearly normal, with the spread of all units. */
function splitValues({ nT, nC, sum, sumOfSquares }: ExperimentStep, draws: Draws) {
  const n = nT + nC;
  const mean = sum / n;
  const variance = Math.max(0, sumOfSquares / n - mean * mean);
  const difference = Math.sqrt(variance * (1 / nT + 1 / nC)) * draws.normal();
  const side = (units: number, sideMean: number) => ({
    kind: 'value' as const,
    exposures: units,
    sum: units * sideMean,
    sumOfSquares: units * (variance + sideMean * sideMean),
  });
  return { treatment: side(nT, mean + (nC / n) * difference), control: side(nC, mean - (nT / n) * difference) };
}
