import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_MODELS } from '../../../controller/index.ts';
import { emptyRampPolicy, RAMP_INPUTS, rampInputs } from '../../../models/index.ts';
import { learnedFrom, rampRun, readScenario, TUNED } from '../../../simulation/index.ts';

const scenario = (name: string) =>
  readScenario(
    JSON.parse(readFileSync(new URL(`../../../simulation/scenarios/${name}.json`, import.meta.url), 'utf8')),
  );

const artefact = emptyRampPolicy('uniform', 'thompson', 1);
const models = { ...NO_MODELS, ramp: { id: 'uniform', hash: 'uniform', fittedAtMs: null, artefact } };
const run = (name: string, seed: number) =>
  rampRun({ scenario: scenario(name), seed, settings: { ...TUNED, rampPolicy: 'learned' }, models });

describe('a run that a ramp policy learns from', () => {
  it('counts the hours that were left when each choice was made, in a healthy world', () => {
    const { outcome, decisions } = run('B1', 10_001);
    // It is still baking when the world ends.
    expect(outcome.end).toBe('unfinished');
    expect(outcome.hoursTo95).toBeLessThan(12);
    expect(decisions.length).toBeGreaterThan(1);
    const hours = decisions.map(({ costs }) => costs.hours);
    expect(hours).toEqual([...hours].sort((one, other) => other - one));
    for (const { costs, choice } of decisions) {
      expect([costs.harm, costs.falseRollback]).toEqual([0, 0]);
      expect(costs.hours).toBeLessThanOrEqual(outcome.hoursTo95!);
      expect(choice.actions.map(({ propensity }) => propensity * choice.actions.length)).toEqual(
        choice.actions.map(() => expect.closeTo(1, 9)),
      );
    }
  });

  it('counts the harm that came after each choice, in a harmful world', () => {
    const runs = [1, 2, 3].map((seed) => run('H5', 10_000 + seed));
    const decided = runs.filter(({ decisions }) => decisions.length > 1);
    expect(decided.length).toBeGreaterThan(0);
    for (const { outcome, decisions } of decided) {
      const harms = decisions.map(({ costs }) => costs.harm);
      expect(harms).toEqual([...harms].sort((one, other) => other - one));
      expect(harms[0]!).toBeGreaterThan(0);
      expect(harms[0]!).toBeLessThan(outcome.harm);
      for (const { costs } of decisions) expect(costs.hours).toBe(0);
    }
  });

  it('gives a policy the inputs that it decided by', () => {
    const [first] = run('B1', 10_001).decisions;
    const { choice } = first!;
    const { inputs, scheduledInputs, importance } = learnedFrom(first!, 0.3);
    expect([inputs.length, scheduledInputs.length, importance]).toEqual([RAMP_INPUTS.length, RAMP_INPUTS.length, 0.3]);
    const { action, coverage } = choice.actions[choice.taken]!;
    expect(inputs).toEqual(rampInputs(choice.features as never, { action: action as 'ramp', coverage }));
  });
});
