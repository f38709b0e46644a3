import { CONTEXT_DEFINITIONS } from './context-features.ts';
import { contrastDefinitions } from './contrast-features.ts';
import { clipToSchema, defineGroup, type FeatureSet } from './feature-set.ts';
import { addToMetricContrasts, emptyMetricContrasts, type MetricContrasts } from './metric-contrasts.ts';
import {
  addToReporting,
  emptyReporting,
  REPORTING_DEFINITIONS,
  type ReportingState,
  reportingFeatures,
} from './reporting-features.ts';
import { contrastsVector } from './risk-features-v1.ts';
import { assertStratum, type RiskStratum } from './risk-stratum.ts';
import { addToTrailing, emptyTrailing, logQuantileRatios, type TrailingDurations } from './trailing-quantiles.ts';

/** All that the features of a rollout need to know of its past; plain JSON. */
export interface RiskFeaturesState {
  readonly contrasts: MetricContrasts;
  readonly durations: TrailingDurations;
  readonly reporting: ReportingState;
}

const QUANTILE_ROWS = ['p50', 'p95', 'p99'].map(
  (quantile) => [`slow.${quantile}`, "ln(treatment's quantile / control's)", -2, 2] as const,
);

const FEATURES = [
  ...contrastDefinitions('errors'),
  ...contrastDefinitions('slow', 'hasLatency'),
  ...contrastDefinitions('business', 'hasBusiness'),
  ...contrastDefinitions('worstSegment', 'hasSegments'),
  ...CONTEXT_DEFINITIONS,
  ...defineGroup('slow', QUANTILE_ROWS, 'hasLatency'),
  ...REPORTING_DEFINITIONS,
  ...['hasLatency', 'hasBusiness', 'hasSegments'].flatMap((mask) =>
    defineGroup(mask, [[mask, '1 if the rollout has the metric', 0, 1]]),
  ),
];

/**
 * The 42 features of the shipped risk model: those of version 1, ratios of quantiles, the state of the data, and masks.
 *
 * Where a mask is 0 its metric is unknown, and a network sees the mean of the training rows instead (`standardise`).
 */
export const RISK_FEATURES_V2: FeatureSet<RiskFeaturesState, RiskStratum> = {
  name: 'risk',
  version: 2,
  features: FEATURES,
  empty: () => ({ contrasts: emptyMetricContrasts(), durations: emptyTrailing(), reporting: emptyReporting() }),
  addStratum: (before, stratum) => {
    assertStratum(stratum);
    const state = {
      contrasts: addToMetricContrasts(before.contrasts, stratum),
      durations: addToTrailing(before.durations, stratum),
      reporting: addToReporting(before.reporting, stratum),
    };
    const { slow, business, segments } = state.contrasts;
    const vector = [
      ...contrastsVector(state.contrasts, stratum),
      ...(slow === null ? [0, 0, 0] : logQuantileRatios(state.durations)),
      ...reportingFeatures(state.reporting, stratum),
      slow === null ? 0 : 1,
      business === null ? 0 : 1,
      Object.keys(segments).length === 0 ? 0 : 1,
    ];
    return { state, vector: clipToSchema(FEATURES, vector) };
  },
};
