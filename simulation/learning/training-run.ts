import type { RolloutDefinition } from '../../domain/index.ts';
import { openBenchWorld, type WorldOptions } from '../benchmark/bench-world.ts';
import { MODEL_SETTINGS } from '../benchmark/model-settings.ts';
import { planFor } from '../benchmark/our-policy.ts';
import { noteByWindow, type OurRun, openOurRun, raisedTo } from '../benchmark/our-run.ts';
import { playWorld } from '../benchmark/run-world.ts';
import type { Scenario } from '../benchmark/scenario-schema.ts';
import type { Policy } from '../policies/policy.ts';
import { type Climb, climbOf, coverageOf } from './climbs.ts';
import { type MinuteLog, openMinuteLog, VECTORS_ONLY } from './minute-log.ts';
import { openWorldTruth, type Truth, type WorldTruth } from './world-truth.ts';

/** A vector with what is true of it: a row to fit on. */
export interface LearningRow extends Omit<Truth, 'label'> {
  readonly runId: string;
  readonly features: readonly number[];
  readonly label: 0 | 1;
  readonly weight: number;
}

const MINUTE_MS = 60_000;

/** Neighbouring minutes are nearly the same vector: one of three is a row, from the first that has a score on, and later one of nine. */
const FIRST_ROW_MINUTE = 4;
const MINUTES_PER_ROW = 3;
const MINUTES_PER_LATE_ROW = 9;
const LATE_MINUTE = 150;

/** Most of what is to be seen comes early; one run in four is as long as those that the model will be used in. */
const RUN_HOURS = 2.5;
const LONG_RUN_HOURS = 12;
const RUNS_PER_LONG_RUN = 4;

/** The rows of one open-loop run: the vectors are those that `decide` makes of the same windows. */
export function trainingRun(scenario: Scenario, seed: number, options: WorldOptions = {}): readonly LearningRow[] {
  const horizonHours = seed % RUNS_PER_LONG_RUN === 0 ? LONG_RUN_HOURS : RUN_HOURS;
  const world = openBenchWorld({ ...scenario, horizonHours }, seed, options);
  const [log, truth] = [openMinuteLog(), openWorldTruth(world)];
  playWorld(world, climbPolicy(climbOf(Math.floor(seed / RUNS_PER_LONG_RUN)), log, truth));
  return log.minutes
    .filter(({ startMs }) => isRow(startMs))
    .flatMap(({ startMs, vector }) => {
      const { label, ...others } = truth.at(startMs);
      const run = { runId: `${scenario.name} ${seed}`, features: vector, weight: 1 };
      return label === null ? [] : [{ ...run, ...others, label }];
    });
}

function isRow(startMs: number): boolean {
  const minute = Math.round(startMs / MINUTE_MS);
  const every = minute < LATE_MINUTE ? MINUTES_PER_ROW : MINUTES_PER_LATE_ROW;
  return minute >= FIRST_ROW_MINUTE && (minute - FIRST_ROW_MINUTE) % every === 0;
}

/** The climb's coverage, whatever the metrics say: the model has to see harm that nobody stops. */
function climbPolicy(climb: Climb, log: MinuteLog, truth: WorldTruth): Policy {
  return {
    name: 'climb',
    family: 'frame',
    setting: 'tuned',
    firstCoverage: climb[0]!.coverage,
    start: () => {
      let ours: OurRun | undefined;
      return {
        step: (view) => {
          truth.follow(view);
          const [first] = view.windows;
          if (ours === undefined && first !== undefined)
            ours = openOurRun(definitionOf(first), view, { models: VECTORS_ONLY });
          if (ours !== undefined) noteByWindow(ours, view, log.hear);
          const coverage = coverageOf(climb, view.nowMs / MINUTE_MS);
          if (coverage === view.coverage) return { action: 'hold', reason: 'the climb' };
          if (ours !== undefined) ours.state = raisedTo(ours.state, coverage, view.nowMs);
          return { action: 'move', coverage, reason: 'the climb' };
        },
      };
    },
  };
}

function definitionOf({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): RolloutDefinition {
  return planFor(MODEL_SETTINGS, endMs - startMs);
}
