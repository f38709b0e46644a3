import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { type PassReport, shippedModels } from '../../controller/index.ts';
import type { JsonValue, Scope } from '../../domain/index.ts';
import { type Challenger, MAX_CHALLENGERS, readChallengers } from '../../server/training/challengers.ts';
import { openShadowScorer, type ShadowScorer } from '../../server/training/shadow-scorer.ts';
import { ShadowTelemetry } from '../../server/training/shadow-telemetry.ts';
import { always, served } from '../controller/decide/learned/some-models.ts';
import { aScope, BY_TESTER } from '../storage/builders.ts';
import { aModel } from '../storage/learning-builders.ts';
import { ownStorage } from './own-storage.ts';
import { playedRollout } from './played-rollout.ts';

const storage = await ownStorage();

/** A model in the shadow that scores every minute alike. */
async function aChallenger(scope: Scope, logit: number): Promise<Challenger> {
  const { artefact } = served(always(logit));
  const model = aModel({ environment: scope.environment, artefact: artefact as unknown as JsonValue });
  await storage.models.register(scope.tenant, model, 'for testing');
  await storage.models.setState(scope, model.modelId, 'shadow', 'for testing');
  const challengers = await readChallengers(storage, scope, []);
  return challengers.find(({ id }) => id === model.modelId)!;
}

/** A scorer with a telemetry of its own; its stopwatch runs by `tickMs` each time somebody looks at it. */
function aScorer(challengers: readonly Challenger[], tickMs = 0) {
  const registry = new Registry();
  const errors: unknown[] = [];
  let nowMs = 0;
  const scorer = openShadowScorer({
    storage,
    challengersFor: () => challengers,
    modelsFor: () => ({ ...shippedModels(), risk: null, novelty: null }),
    telemetry: new ShadowTelemetry(registry),
    stopwatchMs: () => {
      nowMs += tickMs;
      return nowMs;
    },
    onError: (error) => errors.push(error),
  });
  return { scorer, registry, errors };
}

/** Each pass is offered to the scorer that has its turn. */
function play(scope: Scope, scorerAt: (minute: number) => ShadowScorer): Promise<readonly PassReport[]> {
  return playedRollout(storage, scope, {
    riskModel: 'off',
    onPass: async (pass, minute) => {
      scorerAt(minute).offer(scope, pass);
      await scorerAt(minute).idle();
    },
  });
}

describe('a challenger in the shadow', () => {
  it('scores each minute that a pass completes from the fifth on, and decides nothing', async () => {
    const scope = await aScope(storage);
    const calm = await aChallenger(scope, -2);
    const alarming = await aChallenger(scope, 5);
    const { scorer, registry, errors } = aScorer([calm, alarming]);
    const passes = await play(scope, () => scorer);
    expect(errors).toEqual([]);
    for (const pass of passes) expect(pass.outcome.assessment).not.toHaveProperty('learned');
    const scores = await storage.shadowScores.list(scope, calm.id, { limit: 100 });
    expect(scores.length).toBeGreaterThan(2);
    expect(scores.every(({ score, threshold }) => score === -2 && threshold === 3)).toBe(true);
    const ends = passes.map(({ record }) => record!.windowEndMs);
    expect(ends.slice(-scores.length).reverse()).toEqual(scores.map(({ windowEndMs }) => windowEndMs));
    // Without a guardrail that says so too, an alarm may hold and no more.
    const alarms = await storage.shadowScores.list(scope, alarming.id, { limit: 100 });
    expect(alarms.map(({ score, action }) => [score, action])).toEqual(scores.map(() => [5, 'hold']));
    expect(await registry.metrics()).toContain(
      `rampwright_shadow_scores_total{tenant="acme",environment="${scope.environment}",model="${calm.id}",opinion="same"} ${scores.length}`,
    );
  });

  it('scores the same in a process that has not seen the beginning of the rollout', async () => {
    const [one, other] = [await aScope(storage), await aScope(storage)];
    const [first, second] = [await aChallenger(one, 1), await aChallenger(other, 1)];
    const through = aScorer([first]).scorer;
    await play(one, () => through);
    const [before, after] = [aScorer([second]).scorer, aScorer([second]).scorer];
    await play(other, (minute) => (minute < 3 || minute === 6 ? before : after));
    const scoresOf = async (scope: Scope, { id }: Challenger) =>
      (await storage.shadowScores.list(scope, id, { limit: 100 })).map(({ modelId: _, ...score }) => score);
    expect(await scoresOf(other, second)).toEqual(await scoresOf(one, first));
  });

  it('is asked no more when it was late three times in a row', async () => {
    const scope = await aScope(storage);
    const challenger = await aChallenger(scope, 1);
    const { scorer, registry } = aScorer([challenger], 60);
    await play(scope, () => scorer);
    expect(await registry.metrics()).toContain('rampwright_shadow_score_duration_seconds_count 3');
    expect(await storage.shadowScores.list(scope, challenger.id, { limit: 1 })).toEqual([]);
  });

  it('is one of few: others wait until one of them is out of the way', async () => {
    const scope = await aScope(storage);
    for (let n = 0; n < MAX_CHALLENGERS; n += 1) await aChallenger(scope, n);
    const canary = aModel({
      environment: scope.environment,
      artefact: served(always(9)).artefact as unknown as JsonValue,
    });
    await storage.models.register(scope.tenant, canary, 'for testing');
    await storage.models.setState(scope, canary.modelId, 'canary', 'for testing', BY_TESTER);
    const found = await readChallengers(storage, scope, []);
    expect(found.map(({ record }) => record.state)).toEqual(['canary', 'shadow', 'shadow']);
  });
});
