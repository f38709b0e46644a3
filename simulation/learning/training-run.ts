import type { RolloutDefinition } from '../../domain/index.ts';
import { openBenchWorld, type WorldOptions } from '../benchmark/bench-world.ts';
import { MODEL_SETTINGS } from '../benchmark/model-settings.ts';
import { planFor } from '../benchmark/our-policy.ts';
import { noteByWindow, type OurRun, openOurRun, raisedTo } from '../benchmark/our-run.ts';
import { playWorld } from '../benchmark/run-world.ts';
import type { Scenario } from '../benchmark/scenario-schema.ts';
import type { Policy } from '../policies/policy.ts';
import { type MinuteLog, openMinuteLog, VECTORS_ONLY } from './minute-log.ts';
import { openWorldTruth, type Truth, type WorldTruth } from './world-truth.ts';

/** A vector with what is true of it: a row to fit on. */
export interface LearningRow extends Omit<Truth, 'label'> {
  readonly runId: string;
  readonly features: readonly number[];
  readonly label: 0 | 1;
  readonly weight: number;
}

/** Coverage by the clock, whatever the metrics say: the model has to see harm that nobody stops. */
const LADDER = [
  { fromMinute: 0, coverage: 1_000 },
  { fromMinute: 12, coverage: 3_000 },
  { fromMinute: 24, coverage: 8_000 },
  { fromMinute: 36, coverage: 20_000 },
  { fromMinute: 52, coverage: 50_000 },
] as const;

const MINUTE_MS = 60_000;

/** Neighbouring minutes are nearly the same vector: one of three is a row, from the first that has a score on. */
const FIRST_ROW_MINUTE = 4;
const MINUTES_PER_ROW = 3;

/** Most of what is to be seen comes early; one run in four is long enough for the latest harm of the public scenarios. */
const RUN_HOURS = 2.5;
const LONG_RUN_HOURS = 7;
const RUNS_PER_LONG_RUN = 4;

/** The rows of one open-loop run: the vectors are those that `decide` makes of the same windows. */
export function trainingRun(scenario: Scenario, seed: number, options: WorldOptions = {}): readonly LearningRow[] {
  const horizonHours = seed % RUNS_PER_LONG_RUN === 0 ? LONG_RUN_HOURS : RUN_HOURS;
  const world = openBenchWorld({ ...scenario, horizonHours }, seed, options);
  const [log, truth] = [openMinuteLog(), openWorldTruth(world)];
  playWorld(world, ladderPolicy(log, truth));
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
  return minute >= FIRST_ROW_MINUTE && (minute - FIRST_ROW_MINUTE) % MINUTES_PER_ROW === 0;
}

function ladderPolicy(log: MinuteLog, truth: WorldTruth): Policy {
  return {
    name: 'ladder',
    family: 'frame',
    setting: 'tuned',
    firstCoverage: LADDER[0].coverage,
    start: () => {
      let ours: OurRun | undefined;
      return {
        step: (view) => {
          truth.follow(view);
          const [first] = view.windows;
          if (ours === undefined && first !== undefined)
            ours = openOurRun(definitionOf(first), view, { models: VECTORS_ONLY });
          if (ours !== undefined) noteByWindow(ours, view, log.hear);
          const coverage = LADDER.findLast(({ fromMinute }) => view.nowMs >= fromMinute * MINUTE_MS)!.coverage;
          if (coverage === view.coverage) return { action: 'hold', reason: 'the ladder' };
          if (ours !== undefined) ours.state = raisedTo(ours.state, coverage, view.nowMs);
          return { action: 'move', coverage, reason: 'the ladder' };
        },
      };
    },
  };
}

function definitionOf({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): RolloutDefinition {
  return planFor(MODEL_SETTINGS, endMs - startMs);
}
