import { expect, it } from 'vitest';
import type { LearningStorage, ShadowScore } from '../../domain/index.ts';
import { aScope } from './builders.ts';

export function shadowScoresContract(get: () => LearningStorage): void {
  const aScore = (windowEndMs: number, changes: Partial<ShadowScore> = {}): ShadowScore => ({
    rollout: 'new-checkout',
    generation: 1,
    windowEndMs,
    modelId: 'm',
    score: 1 / 3,
    threshold: 0.7,
    action: 'none',
    ...changes,
  });

  it('keeps each score once, and lists those of a model with the newest window first', async () => {
    const { shadowScores } = get();
    const [scope, other] = [await aScope(get()), await aScope(get())];
    const scores = [aScore(30), aScore(20, { threshold: null, action: 'hold' }), aScore(10)];
    await shadowScores.append(scope, scores);
    await shadowScores.append(scope, [aScore(30, { score: 9 }), aScore(30, { modelId: 'other' })]);
    await shadowScores.append(scope, []);
    expect(await shadowScores.list(scope, 'm', { limit: 9 })).toEqual(scores);
    expect(await shadowScores.list(scope, 'm', { limit: 1, beforeMs: 30 })).toEqual([scores[1]]);
    expect(await shadowScores.list(scope, 'm', { limit: 9, rollout: 'another' })).toEqual([]);
    expect(await shadowScores.list(other, 'm', { limit: 9 })).toEqual([]);
  });

  it('forgets nothing that is new', async () => {
    const { shadowScores } = get();
    const scope = await aScope(get());
    await shadowScores.append(scope, [aScore(10)]);
    expect(await shadowScores.maintain()).toBe(0);
    expect(await shadowScores.list(scope, 'm', { limit: 9 })).toHaveLength(1);
  });
}
