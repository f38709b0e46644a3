import { expect, it } from 'vitest';
import type { LearningStorage } from '../../domain/index.ts';
import { aScope } from './builders.ts';
import { aModelReview } from './learning-builders.ts';

export function modelReviewsContract(get: () => LearningStorage): void {
  it('keeps the newest look at each kind of model, and none of another environment', async () => {
    const { modelReviews } = get();
    const [scope, other] = [await aScope(get()), await aScope(get())];
    const [risk, novelty] = [aModelReview({ atMs: 20 }), aModelReview({ kind: 'novelty', atMs: 5 })];
    for (const review of [aModelReview({ atMs: 10 }), risk, novelty, aModelReview({ atMs: 19 })])
      await modelReviews.keep(scope, review);
    expect(await modelReviews.list(scope)).toEqual([novelty, risk]);
    expect(await modelReviews.list(other)).toEqual([]);
  });
}
