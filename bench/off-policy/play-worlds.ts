import { NO_MODELS, type ServedModel, shippedModels } from '../../controller/index.ts';
import type { PolicyChoice } from '../../domain/index.ts';
import {
  APPETITES,
  COST_PARTS,
  emptyRampPolicy,
  RAMP_INPUTS,
  type RampCosts,
  type RampPolicy,
  scalarCost,
} from '../../models/index.ts';
import { type OurSettings, PACED, rampRun, type Scenario } from '../../simulation/index.ts';

/** A world in which the first choice of a rollout was made in every way there is, and what each led to. */
export interface PlayedWorld {
  readonly scenario: string;
  readonly seed: number;
  /** All choices of the uniform policy; the first one is the one in question. */
  readonly choices: readonly PolicyChoice[];
  /** Cost of each action of the first choice from then on, with every later choice by the uniform policy. */
  readonly costs: readonly number[];
  /** Cost from the first choice on, with every choice by one policy; null where it never came to a choice. */
  readonly whole: Readonly<Record<string, number | null>>;
}

const LEARNED: OurSettings = { ...PACED, rampPolicy: 'learned' };

/** Takes every permitted action equally often. */
export const UNIFORM = servedAs('uniform', emptyRampPolicy('uniform', 'thompson', 1));

/** What is shipped. */
export const SHIPPED = shippedOrThrow();

/** Never departs from the schedule: it has departed so much already that no departure is affordable. */
export const SCHEDULE = servedAs('schedule', {
  ...emptyRampPolicy('schedule'),
  ledger: { scheduled: RAMP_INPUTS.map(() => 0), departed: RAMP_INPUTS.map(() => 1e9) },
});

/** Plays a world once for each action of the first choice, and twice to the end; undefined where there is no choice. */
export function playWorld(scenario: Scenario, seed: number): PlayedWorld | undefined {
  const { decisions } = played(scenario, seed, UNIFORM);
  const [first] = decisions;
  if (first === undefined) return undefined;
  const before = first.choice.features['coverage'] as number;
  const costs = first.choice.actions.map(({ coverage }, a) => {
    if (a === first.choice.taken) return costOf(first.costs);
    const [made] = played(scenario, seed, UNIFORM, towards(Math.log2(coverage / before) / 2.5)).decisions;
    if (made?.choice.taken !== a) throw new Error(`${scenario.name} ${seed}: action ${a} was not taken`);
    return costOf(made.costs);
  });
  const wholeOf = (policy: ServedModel<RampPolicy>) => {
    const [start] = played(scenario, seed, policy).decisions;
    return start === undefined ? null : costOf(start.costs);
  };
  return {
    scenario: scenario.name,
    seed,
    choices: decisions.map(({ choice }) => choice),
    costs,
    whole: { uniform: costOf(first.costs), schedule: wholeOf(SCHEDULE), shipped: wholeOf(SHIPPED) },
  };
}

function costOf(costs: RampCosts): number {
  return scalarCost(costs, APPETITES.balanced);
}

function played(scenario: Scenario, seed: number, ramp: ServedModel<RampPolicy>, first?: ServedModel<RampPolicy>) {
  const rollout = `${scenario.name}-${seed}`.toLowerCase();
  const others = first === undefined ? {} : { first };
  return rampRun({ scenario, seed, settings: LEARNED, models: { ...NO_MODELS, ramp }, rollout, ...others });
}

/** Takes the action whose step is nearest to one: its belief is the parabola (step − s)², and it is certain of it. */
function towards(step: number): ServedModel<RampPolicy> {
  const CERTAIN = 1e12;
  const empty = emptyRampPolicy('towards', 'linUcb', Number.MIN_VALUE);
  const theta = RAMP_INPUTS.map((input) => (input === 'step squared' ? 1 : input === 'step' ? -2 * step : 0));
  const moments = COST_PARTS.map((part) =>
    theta.map((value) => (part === 'harm' ? (CERTAIN * value) / APPETITES.balanced.harm : 0)),
  );
  const precision = empty.precision.map((row) => row.map((value) => value * CERTAIN));
  return servedAs('towards', { ...empty, precision, moments });
}

function servedAs(id: string, artefact: RampPolicy): ServedModel<RampPolicy> {
  return { id, hash: id, fittedAtMs: null, artefact };
}

function shippedOrThrow(): ServedModel<RampPolicy> {
  const { ramp } = shippedModels();
  if (!ramp) throw new Error('no ramp policy is shipped: npm run train:ramp');
  return ramp;
}
