import {
  clippedDoublyRobust,
  directMethod,
  doublyRobust,
  ips,
  type OffPolicyEstimator,
  snips,
  switchDoublyRobust,
} from '../../models/index.ts';

/** The estimators by the names that tables give them; clipped and switched at their default of 20. */
export const ESTIMATORS: Readonly<Record<string, OffPolicyEstimator>> = {
  IPS: ips,
  SNIPS: snips,
  DM: directMethod,
  DR: doublyRobust,
  'DR clipped at 20': clippedDoublyRobust,
  'Switch-DR at 20': switchDoublyRobust,
};
