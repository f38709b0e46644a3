import { defineGroup } from './feature-set.ts';
import type { RiskStratum } from './risk-stratum.ts';

/** How well units were divided, and how well windows were reported; plain JSON. */
export interface ReportingState {
  /** New units of the treatment less those intended, and the variance of that. */
  readonly ratioDeviation: number;
  readonly ratioVariance: number;
  /** [expected, missing] windows of the last ten minutes, newest last. */
  readonly windows: readonly (readonly [expected: number, missing: number])[];
}

/** What is known of the data themselves. */
export const REPORTING_DEFINITIONS = [
  ...defineGroup('sampleRatio', [['sampleRatio', 'standard errors of treatment over its intended share', -15, 15]]),
  ...defineGroup('missingWindows', [['missingWindows', 'share of the windows of ten minutes', 0, 1]]),
  ...defineGroup('watermarkLag', [['watermarkLag', 'ln(1 + lag in tens of seconds)', 0, 20]]),
];

const TRAILING_MINUTES = 10;

/** The state before the first stratum. */
export function emptyReporting(): ReportingState {
  return { ratioDeviation: 0, ratioVariance: 0, windows: [] };
}

/** One minute later: a sample ratio that is off during burn-in is off for good, so burn-in counts here like all time. */
export function addToReporting(state: ReportingState, { newUnits, windows }: RiskStratum): ReportingState {
  const n = newUnits === undefined ? 0 : newUnits.treatment + newUnits.control;
  const rho = newUnits?.intendedShare ?? 0;
  return {
    ratioDeviation: state.ratioDeviation + (newUnits === undefined ? 0 : newUnits.treatment - n * rho),
    ratioVariance: state.ratioVariance + n * rho * (1 - rho),
    windows: [...state.windows, [windows?.expected ?? 0, windows?.missing ?? 0] as const].slice(-TRAILING_MINUTES),
  };
}

/** Features 37 to 39; 0, which is "as intended", while nothing is known. */
export function reportingFeatures(state: ReportingState, stratum: RiskStratum): readonly number[] {
  const { ratioDeviation, ratioVariance, windows } = state;
  const expected = windows.reduce((sum, [count]) => sum + count, 0);
  const missing = windows.reduce((sum, [, count]) => sum + count, 0);
  return [
    ratioVariance === 0 ? 0 : ratioDeviation / Math.sqrt(ratioVariance),
    expected === 0 ? 0 : missing / expected,
    Math.log1p((stratum.watermarkLagSeconds ?? 0) / 10),
  ];
}
