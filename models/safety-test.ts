import { excessTest, type HarmTestOptions, type MixtureTest } from './mixture-test.ts';

/**
 * The test of "proven safe at this margin": the harm test turned round.
 *
 * Its null is a treatment that is worse by the margin or more, so E ≥ 1/α means that it is better than that. Several
 * guardrails are safe together when each is proven safe at α: that needs no correction (Berger 1982, intersection–union).
 */
export function safetyTest({ goodDirection, margin, eta }: HarmTestOptions): MixtureTest {
  return goodDirection === 'lower' ? excessTest(1 + margin, 'below', eta) : excessTest(1 - margin, 'above', eta);
}
