import { expect, it } from 'vitest';
import type { LearningStorage } from '../../domain/index.ts';
import { aRunningRollout, aScope } from './builders.ts';
import { aLabel } from './learning-builders.ts';

export function labelsContract(get: () => LearningStorage): void {
  it('keeps a label as it was given, once, with the time at which it came to be known', async () => {
    const { labels } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    const label = aLabel({ note: 'ä "quoted"\n', confidence: 0.1 });
    const kept = await labels.append(scope, label);
    expect(kept).toEqual({ ...label, ingestedAtMs: expect.any(Number) });
    expect(Math.abs(kept.ingestedAtMs - Date.now())).toBeLessThan(10_000);
    expect(await labels.append(scope, { ...label, verdict: 'healthy' })).toEqual(kept);
    expect(await labels.list(scope, { limit: 9 })).toEqual([kept]);
  });

  it('shows what was known at a time, and nothing that came later', async () => {
    const { labels } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    const first = await labels.append(scope, aLabel({ verdict: 'unknown' }));
    let second = first;
    // Times are whole milliseconds: labels of one and the same are known together.
    while (second.ingestedAtMs === first.ingestedAtMs) second = await labels.append(scope, aLabel());
    const known = await labels.list(scope, { limit: 99, knownAtMs: second.ingestedAtMs - 1 });
    expect(known).toContainEqual(first);
    expect(known).not.toContainEqual(second);
    expect(await labels.list(scope, { limit: 99, knownAtMs: first.ingestedAtMs - 1 })).toEqual([]);
    expect(await labels.list(scope, { limit: 99 })).toContainEqual(second);
  });

  it('lists in the order of storing, page by page, by rollout and generation, in one environment', async () => {
    const { labels } = get();
    const [scope, other] = [await aScope(get()), await aScope(get())];
    for (const each of [scope, other]) await aRunningRollout(get(), each);
    const kept = [];
    for (let n = 0; n < 5; n++) kept.push(await labels.append(scope, aLabel({ labelId: `n${n}` })));
    await labels.append(other, aLabel({ labelId: 'n0' }));
    const pages = [await labels.list(scope, { limit: 3 }), await labels.list(scope, { limit: 3, after: 'n2' })];
    expect(pages).toEqual([kept.slice(0, 3), kept.slice(3)]);
    expect(await labels.list(scope, { limit: 9, rollout: 'new-checkout', generation: 1 })).toEqual(kept);
    expect(await labels.list(scope, { limit: 9, generation: 2 })).toEqual([]);
    expect(await labels.list(scope, { limit: 9, rollout: 'another' })).toEqual([]);
  });

  it('refuses a label of a rollout or generation that is not there', async () => {
    const { labels } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    for (const changes of [{ rollout: 'unknown' }, { generation: 2 }, { generation: 0 }]) {
      await expect(labels.append(scope, aLabel(changes))).rejects.toMatchObject({ code: 'rolloutNotFound' });
    }
    expect(await labels.list(scope, { limit: 9 })).toEqual([]);
  });
}
