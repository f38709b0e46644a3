import { CONTEXT_DEFINITIONS, contextFeatures } from './context-features.ts';
import { contrastDefinitions, contrastFeatures } from './contrast-features.ts';
import { clipToSchema, type FeatureSet } from './feature-set.ts';
import { addToMetricContrasts, emptyMetricContrasts, type MetricContrasts } from './metric-contrasts.ts';
import { assertStratum, type RiskStratum } from './risk-stratum.ts';
import { worstSegment } from './segment-contrasts.ts';

const FEATURES = [
  ...contrastDefinitions('errors'),
  ...contrastDefinitions('slow'),
  ...contrastDefinitions('business'),
  ...contrastDefinitions('worstSegment'),
  ...CONTEXT_DEFINITIONS,
];

/**
 * The 33 features of the first risk model: seven for each of four metrics, and five of the moment.
 *
 * A metric that the rollout does not have is all 0 here, which reads as harmless: version 2 says "unknown" instead.
 */
export const RISK_FEATURES_V1: FeatureSet<MetricContrasts, RiskStratum> = {
  name: 'risk',
  version: 1,
  features: FEATURES,
  empty: emptyMetricContrasts,
  addStratum: (before, stratum) => {
    assertStratum(stratum);
    const state = addToMetricContrasts(before, stratum);
    return { state, vector: clipToSchema(FEATURES, contrastsVector(state, stratum)) };
  },
};

/** The 33 numbers before they are clipped. */
export function contrastsVector(state: MetricContrasts, stratum: RiskStratum): readonly number[] {
  return [
    ...contrastFeatures(state.errors, 1),
    ...contrastFeatures(state.slow, 1),
    ...contrastFeatures(state.business, state.businessSign),
    ...contrastFeatures(worstSegment(state.segments)?.state ?? null, 1),
    ...contextFeatures(stratum, state.errors),
  ];
}
