import { sum } from '../averages.ts';

/** What is believed about a rate before its first exposure: Beta(κμ, κ(1 − μ)). */
export interface BaseRatePrior {
  /** μ, the expected rate, in (0, 1). */
  readonly mu: number;
  /** κ, how many exposures the belief is worth, > 0. */
  readonly kappa: number;
}

/** Exposures and events of control in one finished rollout. */
export interface RateOfRollout {
  readonly exposures: number;
  readonly events: number;
}

/** Correlation of two units of one rollout is kept inside these, so that κ is neither endless nor nothing. */
const CORRELATION_FROM = 1e-6;
const CORRELATION_TO = 0.999;

/**
 * Beta prior of a base rate from finished rollouts, by moments; undefined where they say nothing.
 *
 * μ = Σx/N, S = Σ n_i(p_i − μ)², ρ = (S/(μ(1−μ)) − (k−1)) / (N − Σn_i²/N − (k−1)), κ = 1/ρ − 1: the moment estimator of the
 * beta-binomial with unequal sizes (Kleinman, JASA 1973). Two rollouts with some events, and some without, are needed.
 */
export function fitBaseRate(rollouts: readonly RateOfRollout[]): BaseRatePrior | undefined {
  const exposed = rollouts.filter(({ exposures }) => exposures > 0);
  const k = exposed.length;
  const N = sum(exposed.map(({ exposures }) => exposures));
  const mu = sum(exposed.map(({ events }) => events)) / N;
  if (k < 2 || !(mu > 0 && mu < 1)) return undefined;
  const S = sum(exposed.map(({ exposures, events }) => exposures * (events / exposures - mu) ** 2));
  const freedom = N - sum(exposed.map(({ exposures }) => exposures ** 2)) / N - (k - 1);
  const raw = (S / (mu * (1 - mu)) - (k - 1)) / freedom;
  const rho = Math.min(CORRELATION_TO, Math.max(CORRELATION_FROM, raw));
  return { mu, kappa: 1 / rho - 1 };
}
