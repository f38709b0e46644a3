import { describe, expect, it } from 'vitest';
import { type DecisionModels, NO_MODELS, shippedModels } from '../../controller/index.ts';
import type { JsonValue } from '../../domain/index.ts';
import type { RampPolicy } from '../../models/index.ts';
import { rampReviewOf, reviewRampChampion } from '../../server/training/review-ramp-champion.ts';
import type { CostAgainstSchedule } from '../../training/watch/index.ts';
import { aScope } from '../storage/builders.ts';
import { aModel, aTrainingRun, FOR_TESTING } from '../storage/learning-builders.ts';
import { ownStorage } from './own-storage.ts';
import { storeWorld } from './stored-world.ts';

const storage = await ownStorage();
const clock = { nowMs: () => Date.now() + 60_000 };
const SHIPPED = shippedModels().ramp!.artefact;

const PLAN = {
  rampPolicy: 'learned' as const,
  burnInMs: 60_000,
  stages: [20_000, 30_000, 95_000].map((coverage) => ({ coverage, dwellMs: 60_000 })),
};

/** A champion that the real `decide` asked in six rollouts that people call healthy. */
async function inUse(artefact: RampPolicy = SHIPPED) {
  const scope = await aScope(storage);
  const model = aModel({ environment: scope.environment, kind: 'ramp' });
  await storage.models.register(scope.tenant, model, 'for testing');
  await storage.models.promote(scope, model.modelId, FOR_TESTING);
  const ramp = { id: model.modelId, hash: 'abc', fittedAtMs: null, artefact };
  const models: DecisionModels = { ...NO_MODELS, ramp };
  const world = { rollouts: 6, minutes: 10, seed: 1, isHarmful: () => false, isNow: true, models, plan: PLAN };
  await storeWorld(storage, scope, world);
  return { scope, modelId: model.modelId };
}

type InUse = Awaited<ReturnType<typeof inUse>>;

/** The newest decision of each rollout becomes one that took it back. */
async function takeAllBack({ scope }: InUse, rollouts: number) {
  for (let index = 0; index < rollouts; index += 1) {
    const [newest] = await storage.decisions.list(scope, `rollout-${index}`, { limit: 1 });
    const { wasApplied: _applied, ...record } = newest!;
    await storage.decisions.append(scope, {
      ...record,
      decisionId: `${record.decisionId}-back`,
      decidedAtMs: record.decidedAtMs + 1,
      windowEndMs: record.windowEndMs + 60_000,
      decision: { action: 'rollback', coverage: 0, reasons: [{ code: 'guardrailBreach', message: 'it was noise' }] },
    });
  }
}

/** A training run has priced its choices. */
async function priced({ scope, modelId }: InUse, cost: Partial<CostAgainstSchedule>) {
  const run = aTrainingRun({ kind: 'ramp' });
  await storage.trainingRuns.create(scope, run);
  const result = {
    outcome: 'trained',
    inUse: {
      policy: modelId,
      rollouts: 300,
      effectiveSampleSize: 400,
      costDifference: { value: 2, lower: 1, upper: 3 },
      scheduleCost: 10,
      ...cost,
    },
  };
  await storage.trainingRuns.change(scope, run.runId, { state: 'completed', result: result as unknown as JsonValue });
}

const review = ({ scope }: InUse) => reviewRampChampion(storage, clock, scope);

describe('a ramp policy in use', () => {
  it('stays where nothing speaks against it, and where nobody knows', async () => {
    const policy = await inUse();
    const found = (await review(policy))!;
    expect(found).toMatchObject({ modelId: policy.modelId, against: [], demotedFor: [] });
    expect(found.signs).toMatchObject({
      rollouts: 6,
      healthy: { runs: 6, alarms: 0 },
      withoutProbabilities: 0,
      cost: null,
    });
    expect(found.signs.asked).toBe(6);
    expect(rampReviewOf(found)).toMatchObject({ kind: 'ramp', alarms: { runs: 6, alarms: 0 }, wasTakenBack: false });
  });

  it('is taken back where far more healthy rollouts were taken back under it than is accepted', async () => {
    const policy = await inUse();
    await takeAllBack(policy, 1);
    expect((await review(policy))!.demotedFor).toEqual([]);
    await takeAllBack(policy, 6);
    const words = '6 of 6 healthy rollouts whose pace it chose were taken back, at an accepted share of 0.02.';
    expect((await review(policy))!.demotedFor).toEqual([words]);
    expect(await storage.models.readChampion(policy.scope, 'ramp')).toBeUndefined();
    const [move] = await storage.models.listMoves(policy.scope, 'ramp', 1);
    expect(move).toMatchObject({ verb: 'demote', actor: 'watch', reason: words });
    expect(await review(policy)).toBeUndefined();
  });

  it('is taken back where it gives no probabilities, so that rollouts keep the pace of their plans', async () => {
    const broken = { ...SHIPPED, moments: SHIPPED.moments.map((row) => row.map(() => Number.POSITIVE_INFINITY)) };
    const found = (await review(await inUse(broken)))!;
    expect(found.signs.rollouts).toBe(0);
    expect(found.demotedFor).toEqual([
      expect.stringMatching(
        /^For 6 of 6 rollouts it gave no usable probabilities, so that they kept the pace of their plans\.$/,
      ),
    ]);
  });

  it.each<[string, Partial<CostAgainstSchedule>, string | null]>([
    [
      'is taken back where it is shown to cost more than 5 % more',
      {},
      'At its paces a rollout costs 2 [1, 3] more than the 10',
    ],
    ['stays where it may cost less than that', { costDifference: { value: 2, lower: 0.4, upper: 4 } }, null],
    ['stays where its log says little of the paces of the plans', { effectiveSampleSize: 199 }, null],
    ['stays where another policy was priced', { policy: 'ramp-other' }, null],
    ['stays where an end is unknown', { costDifference: { value: 2, lower: Number.NaN, upper: 3 } }, null],
  ])('%s', async (_, cost, words) => {
    const policy = await inUse();
    await priced(policy, cost);
    expect((await review(policy))!.demotedFor).toEqual(words === null ? [] : [expect.stringContaining(words)]);
  });
});
