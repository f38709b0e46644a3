import { expect, it } from 'vitest';
import { seededRandom } from '../provider/seeded-random.ts';
import { killWriters } from '../provider/snapshot/kill-writers.ts';

it('50 kills of a writer never leave a torn snapshot or an older one', async () => {
  const figures = await killWriters(50, seededRandom(2));
  console.log('killed writers of snapshots:', figures);
  expect(figures).toMatchObject({ torn: 0, backward: 0 });
});
