import type { RiskLikelihood } from '../relative-risk.ts';
import type { EffectEstimate } from './effect-estimates.ts';

/**
 * The log of the relative risk that a likelihood on a geometric grid is highest at, and its standard error: 1/√ of the
 * curvature there (the observed information; Efron & Hinkley, Biometrika 1978). Undefined where the data set no limit.
 */
export function riskEstimate(r: readonly number[], likelihood: RiskLikelihood): EffectEstimate | undefined {
  const best = likelihood.indexOf(Math.max(...likelihood));
  const [left, top, right] = [likelihood[best - 1], likelihood[best]!, likelihood[best + 1]];
  if (left === undefined || right === undefined) return undefined;
  const step = Math.log(r[best + 1]! / r[best]!);
  const curvature = (2 * top - left - right) / step ** 2;
  if (!(curvature > 0)) return undefined;
  const effect = Math.log(r[best]!) + (right - left) / (2 * step) / curvature;
  return { effect, standardError: 1 / Math.sqrt(curvature) };
}
