import { describe, expect, it } from 'vitest';
import { type ModelsFor, modelsInUse, type PassReport, startControlLoop } from '../../controller/index.ts';
import { ownStorage } from '../server/own-storage.ts';
import { aRunningRollout, aScope } from '../storage/builders.ts';
import { always, models, served } from './decide/learned/some-models.ts';

const storage = await ownStorage();

/** The first pass over a new rollout by a loop with these models, and what the loop complained of. */
async function firstPass(modelsFor?: ModelsFor): Promise<{ report: PassReport; errors: readonly unknown[] }> {
  const scope = await aScope(storage);
  const groups = { riskModel: 'hold', beyondHalf: 'evidence' } as const;
  const riskGroups = { errors: 'errors', slow: null, business: null };
  await aRunningRollout(storage, scope, { ...groups, riskGroups });
  const errors: unknown[] = [];
  let wake = () => {};
  const sleeper = {
    sleep: () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
    wake: () => wake(),
  };
  const report = await new Promise<PassReport>((resolve) => {
    const listener = {
      onPass: (_: unknown, made: PassReport) => resolve(made),
      onError: (e: unknown) => errors.push(e),
    };
    const loop = startControlLoop(storage, sleeper, listener, modelsFor);
    stop = () => loop.stop();
  });
  await stop();
  return { report, errors };
}

let stop = async () => {};

describe('the control loop', () => {
  const asked = models(served(always(0)));

  it('names the models that it was given in what it observes, and so in the record', async () => {
    const { report } = await firstPass(() => asked);
    expect(report.observation.models).toEqual(modelsInUse(asked));
    expect(report.outcome.assessment.learned).toMatchObject([{ risk: 'risk-1', fault: null }]);
  });

  it('decides by the guardrails alone where nobody can say which models are in use, and complains', async () => {
    const { report, errors } = await firstPass(() => Promise.reject(new Error('the registry is away')));
    expect(errors.map(String)).toContain('Error: the registry is away');
    expect(report.outcome.decision.action).toBe('hold');
    expect(report.outcome.decision.reasons.map(({ code }) => code)).toContain('modelUnavailable');
  });

  it('asks no model and misses none where it was given none', async () => {
    const { report } = await firstPass();
    expect(report.observation).not.toHaveProperty('models');
    expect(report.outcome.assessment).not.toHaveProperty('learned');
  });
});
