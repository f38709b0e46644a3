import { NO_MODELS } from '../../controller/index.ts';
import type { PaceName, PolicyChoice } from '../../domain/index.ts';
import { emptyRampPolicy, type RampCosts } from '../../models/index.ts';
import type { WorldOptions } from '../benchmark/bench-world.ts';
import { LEARNED_PACE } from '../benchmark/model-settings.ts';
import type { Scenario } from '../benchmark/scenario-schema.ts';
import { rampRun } from './ramp-run.ts';

/** One world, in which a rollout has kept each pace that its plan permits; plain JSON. */
export interface PaceWorld {
  readonly scenario: string;
  readonly seed: number;
  readonly isHarmful: boolean;
  /** The choice as a uniform policy made it; null where it never came to one, so that all paces are the same. */
  readonly choice: PolicyChoice | null;
  /** In the order of the choice; a single one where there was none. */
  readonly runs: readonly PaceOutcome[];
}

/** How a rollout has ended that kept a pace. */
export interface PaceOutcome {
  readonly pace: PaceName;
  readonly costs: RampCosts;
  readonly isTakenBack: boolean;
}

const UNIFORM = {
  id: 'uniform',
  hash: 'uniform',
  fittedAtMs: null,
  artefact: emptyRampPolicy('uniform', 'thompson', 1),
};

/** Plays one world at every permitted pace: up to the choice they are the same, so its situation is that of all. */
export function paceWorld(scenario: Scenario, seed: number, options: WorldOptions = {}): PaceWorld {
  const asked = {
    scenario,
    seed,
    settings: LEARNED_PACE,
    models: { ...NO_MODELS, ramp: UNIFORM },
  };
  const first = rampRun(asked, options);
  const { choice = null } = first;
  const about = { scenario: scenario.name, seed, isHarmful: first.outcome.kind === 'harmful', choice };
  if (choice === null) return { ...about, runs: [outcomeOf('asPlanned', first)] };
  const runs = choice.paces.map(({ pace }, index) =>
    outcomeOf(pace, index === choice.taken ? first : rampRun({ ...asked, pace }, options)),
  );
  return { ...about, runs };
}

function outcomeOf(pace: PaceName, { costs, outcome }: ReturnType<typeof rampRun>): PaceOutcome {
  return { pace, costs, isTakenBack: outcome.end === 'rolledBack' };
}
