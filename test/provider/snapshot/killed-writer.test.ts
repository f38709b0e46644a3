import { expect, it } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { killWriters } from './kill-writers.ts';

it('a writer that is killed leaves a whole snapshot, and never an older one', async () => {
  const figures = await killWriters(6, seededRandom(1));
  expect(figures).toMatchObject({ torn: 0, backward: 0 });
  expect(figures.versionsWritten).toBeGreaterThan(6);
});
