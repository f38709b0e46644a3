import { addRateWindow, asymptoticHalfWidth, emptyRateEvidence, excessTest, logEValue } from '../../models/index.ts';

/** A finished rollout that was decided under one of two versions of a model, chosen by its canary place. */
export interface VersionOutcome {
  readonly version: 'champion' | 'challenger';
  readonly isRolledBackFalsely: boolean;
  readonly isMissed: boolean;
  /** What it cost, as the benchmark counts; null where nobody knows. */
  readonly cost: number | null;
}

/** What an A/B test of two versions has found so far. */
export interface VersionComparison {
  readonly rollouts: Readonly<Record<VersionOutcome['version'], number>>;
  /** Natural logarithms of the e-values of "the challenger does this more often". */
  readonly logFalseRollbacks: number;
  readonly logMisses: number;
  /** True from the moment when either passes its line: then the challenger has to go. */
  readonly isWorse: boolean;
  /** Cost of the challenger less that of the champion, with an interval that is valid however often one looks. */
  readonly cost: { readonly difference: number; readonly lower: number; readonly upper: number } | null;
}

/** How a comparison is made. */
export interface ComparisonOptions {
  /** Share of rollouts that are given to the challenger, by design. */
  readonly challengerShare: number;
  /** Chance that a challenger that is not worse is ever called so. */
  readonly alpha: number;
}

/** Far more than there will ever be rollouts: only the share of them counts. */
const MANY = 2 ** 40;

/**
 * Compares two versions of a model after any number of rollouts.
 *
 * The canary place of a rollout has nothing to do with how it ends. So under equal rates each bad end is the challenger's
 * with probability `challengerShare`, whatever happened before: a test supermartingale in the counts of bad ends (the
 * binomial e-process of the guardrails). Costs are weighted by 1/share (Horvitz & Thompson) and bounded by an asymptotic
 * confidence sequence.
 */
export function compareVersions(
  outcomes: readonly VersionOutcome[],
  { challengerShare: q, alpha }: ComparisonOptions,
): VersionComparison {
  const logOf = (isBad: (outcome: VersionOutcome) => boolean) => {
    const bad = outcomes.filter(isBad);
    const challengers = bad.filter(({ version }) => version === 'challenger').length;
    const test = excessTest(1, 'above', 1);
    const counts = { nT: q * MANY, nC: (1 - q) * MANY, xT: challengers, xC: bad.length - challengers };
    return logEValue(test, addRateWindow(test, emptyRateEvidence(test), counts));
  };
  const logFalseRollbacks = logOf(({ isRolledBackFalsely }) => isRolledBackFalsely);
  const logMisses = logOf(({ isMissed }) => isMissed);
  const challengers = outcomes.filter(({ version }) => version === 'challenger').length;
  return {
    rollouts: { challenger: challengers, champion: outcomes.length - challengers },
    logFalseRollbacks,
    logMisses,
    // Half of α for each of the two.
    isWorse: Math.max(logFalseRollbacks, logMisses) >= Math.log(2 / alpha),
    cost: costDifference(outcomes, q, alpha),
  };
}

function costDifference(outcomes: readonly VersionOutcome[], q: number, alpha: number): VersionComparison['cost'] {
  const terms = outcomes.flatMap(({ version, cost }) => {
    if (cost === null) return [];
    return version === 'challenger' ? cost / q : -cost / (1 - q);
  });
  const n = terms.length;
  if (n < 2) return null;
  const difference = terms.reduce((sum, term) => sum + term, 0) / n;
  const variance = terms.reduce((sum, term) => sum + (term - difference) ** 2, 0) / (n - 1);
  const halfWidth = asymptoticHalfWidth({ standardError: Math.sqrt(variance / n), n, alpha, sides: 2 });
  return { difference, lower: difference - halfWidth, upper: difference + halfWidth };
}
