import type { EffectDistribution } from '../../domain/index.ts';
import { sum } from '../averages.ts';
import type { MixtureTest } from '../mixture-test.ts';
import { effectCdf } from './effect-distribution.ts';

/** No alternative may be given up: a regression of a new kind must still be found. */
const LEAST_MASS = 0.02;

/**
 * The test with masses π_k as the prior expects regressions, mixed half and half with those that it had.
 *
 * π_k ∝ G((lower edge, upper edge]) on the harmful side of r0; edges are geometric means of neighbours, the outer ones r0
 * and where relative risks end. Fixed before the rollout starts, so the error guarantee does not depend on the prior.
 */
export function withPriorMasses(test: MixtureTest, prior: EffectDistribution): MixtureTest {
  const { r0, r } = test;
  const isAbove = r[0]! > r0;
  const order = r.map((_, k) => k).sort((i, j) => Math.abs(Math.log(r[i]! / r0)) - Math.abs(Math.log(r[j]! / r0)));
  const inner = order.slice(1).map((k, i) => Math.sqrt(r[k]! * r[order[i]!]!));
  const edges = [r0, ...inner, isAbove ? Number.POSITIVE_INFINITY : 0];
  const believed = r.map(() => 0);
  for (const [i, k] of order.entries()) {
    believed[k] = Math.abs(cdfOfRatio(prior, edges[i + 1]!) - cdfOfRatio(prior, edges[i]!));
  }
  const total = sum(believed);
  if (!(total > 0)) return test;
  return { ...test, pi: atLeast(LEAST_MASS, mixed(believed, total, test.pi)) };
}

function mixed(believed: readonly number[], total: number, pi: readonly number[]): readonly number[] {
  return believed.map((mass, k) => 0.5 * (mass / total) + 0.5 * pi[k]!);
}

function cdfOfRatio(prior: EffectDistribution, ratio: number): number {
  if (ratio === Number.POSITIVE_INFINITY) return 1;
  if (prior.measure === 'relativeEffect') return effectCdf(prior, ratio - 1);
  return ratio === 0 ? 0 : effectCdf(prior, Math.log(ratio));
}

/** Lifts small masses to the floor at the expense of the others in proportion, which may sink some more below it. */
function atLeast(floor: number, masses: readonly number[]): readonly number[] {
  const isLifted = masses.map((mass) => mass < floor);
  for (;;) {
    const lifted = isLifted.filter(Boolean).length;
    const kept = sum(masses.filter((_, k) => !isLifted[k]));
    const scale = (1 - floor * lifted) / kept;
    const sinks = masses.findIndex((mass, k) => !isLifted[k] && mass * scale < floor);
    if (sinks < 0) return masses.map((mass, k) => (isLifted[k] ? floor : mass * scale));
    isLifted[sinks] = true;
  }
}
