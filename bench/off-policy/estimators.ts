import {
  clippedDoublyRobust,
  clippedDoublyRobustTerms,
  directMethod,
  directMethodTerms,
  doublyRobust,
  doublyRobustTerms,
  ips,
  ipsTerms,
  type OffPolicyEstimator,
  type PolicyTerms,
  snips,
  snipsTerms,
  switchDoublyRobust,
  switchDoublyRobustTerms,
} from '../../models/index.ts';

/** An estimator, and the terms that its interval is made from. */
export interface BenchEstimator {
  readonly estimate: OffPolicyEstimator;
  readonly terms: PolicyTerms;
}

/** The estimators by the names that tables give them; clipped and switched at their default of 20. */
export const ESTIMATORS: Readonly<Record<string, BenchEstimator>> = {
  IPS: { estimate: ips, terms: ipsTerms },
  SNIPS: { estimate: snips, terms: snipsTerms },
  DM: { estimate: directMethod, terms: directMethodTerms },
  DR: { estimate: doublyRobust, terms: doublyRobustTerms },
  'DR clipped at 20': { estimate: clippedDoublyRobust, terms: clippedDoublyRobustTerms },
  'Switch-DR at 20': { estimate: switchDoublyRobust, terms: switchDoublyRobustTerms },
};
