import type { DecisionModels } from '../../controller/index.ts';
import { type TrafficBand, trafficBandOf } from '../../models/index.ts';
import { openBenchWorld, type WorldOptions } from '../benchmark/bench-world.ts';
import { MODEL_SETTINGS, QUICK_MODEL_SETTINGS } from '../benchmark/model-settings.ts';
import { ourPolicy } from '../benchmark/our-policy.ts';
import { playWorld } from '../benchmark/run-world.ts';
import type { Scenario } from '../benchmark/scenario-schema.ts';
import type { Policy } from '../policies/policy.ts';
import { openMinuteLog } from './minute-log.ts';
import { openWorldTruth, type WorldTruth } from './world-truth.ts';

/** A run of the policy that will be used: every minute that a model scores in it, with what was true. */
export interface CalibrationRun {
  readonly scenario: string;
  readonly seed: number;
  /** null: the run was over before its traffic was known. */
  readonly band: TrafficBand | null;
  readonly minutes: readonly { readonly vector: readonly number[]; readonly label: 0 | 1 }[];
}

/** The models are calibrated under the plans that they are used in; seeds take turns. */
const PLANS = [MODEL_SETTINGS, QUICK_MODEL_SETTINGS] as const;

/**
 * Plays one of the plans with models that are not calibrated, so that they cannot alarm, but may hold and be calm.
 *
 * Minutes of harm that does not show yet are labelled as harmless: nobody could tell them apart.
 */
export function calibrationRun(
  scenario: Scenario,
  seed: number,
  models: DecisionModels,
  options: WorldOptions = {},
): CalibrationRun {
  const world = openBenchWorld(scenario, seed, options);
  const [log, truth] = [openMinuteLog(), openWorldTruth(world)];
  const policy = ourPolicy({
    name: 'calibration',
    setting: 'tuned',
    settings: PLANS[seed % PLANS.length]!,
    models,
    listen: log.hear,
  });
  playWorld(world, followed(policy, truth));
  return {
    scenario: scenario.name,
    seed,
    band: trafficBandOf(log.unitsPerMinute()) ?? null,
    minutes: log.minutes.map(({ startMs, vector }) => ({ vector, label: truth.at(startMs).label ?? 0 })),
  };
}

function followed(policy: Policy, truth: WorldTruth): Policy {
  return {
    ...policy,
    start: (seed) => {
      const run = policy.start(seed);
      return {
        step: (view) => {
          truth.follow(view);
          return run.step(view);
        },
      };
    },
  };
}
