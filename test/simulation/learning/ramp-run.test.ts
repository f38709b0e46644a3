import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_MODELS } from '../../../controller/index.ts';
import { emptyRampPolicy, RAMP_INPUTS, rampInputs } from '../../../models/index.ts';
import { learnedFrom, PACED, paceWorld, rampRun, readScenario } from '../../../simulation/index.ts';

const scenario = (name: string) =>
  readScenario(
    JSON.parse(readFileSync(new URL(`../../../simulation/scenarios/${name}.json`, import.meta.url), 'utf8')),
  );

const artefact = emptyRampPolicy('uniform', 'thompson', 1);
const models = { ...NO_MODELS, ramp: { id: 'uniform', hash: 'uniform', fittedAtMs: null, artefact } };
const asked = (name: string) => ({
  scenario: scenario(name),
  seed: 10_001,
  settings: { ...PACED, rampPolicy: 'learned' as const },
  models,
});

describe('a run that a ramp policy learns from', () => {
  const run = rampRun(asked('B1'));

  it('has the costs of the whole rollout, and the one choice that was made', () => {
    const { outcome, costs, choice } = run;
    expect(outcome.hoursTo95).toBeLessThan(12);
    expect(costs).toEqual({ harm: 0, hours: outcome.hoursTo95, falseRollback: 0, move: outcome.steps, objective: 0 });
    expect(choice!.paces.map(({ propensity }) => propensity)).toEqual(choice!.paces.map(() => expect.closeTo(0.2, 9)));
  });

  it('gives a policy the inputs that it chose by', () => {
    const { choice, costs } = run;
    const { inputs, scheduledInputs, importance } = learnedFrom(choice!, costs, 0.3);
    expect([inputs.length, scheduledInputs.length, importance]).toEqual([RAMP_INPUTS.length, RAMP_INPUTS.length, 0.3]);
    expect(inputs).toEqual(rampInputs(choice!.features as never, choice!.paces[choice!.taken]!));
  });

  it('comes out as chosen when the pace is kept from the start, because up to the choice all paces are the same', () => {
    const { choice, costs } = run;
    expect(rampRun({ ...asked('B1'), pace: choice!.paces[choice!.taken]!.pace }).costs).toEqual(costs);
  });
});

describe('a world that is played at every pace', () => {
  it('takes longer the slower the pace, where nothing is wrong', () => {
    const { choice, runs, isHarmful } = paceWorld(scenario('B1'), 10_001);
    expect(isHarmful).toBe(false);
    expect(runs.map(({ pace }) => pace)).toEqual(choice!.paces.map(({ pace }) => pace));
    const hours = Object.fromEntries(runs.map(({ pace, costs }) => [pace, costs.hours]));
    expect(hours['veryCautious']).toBeGreaterThan(hours['cautious']!);
    expect(hours['cautious']).toBeGreaterThan(hours['aggressive']!);
  });
});
