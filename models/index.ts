export { combineEvidence } from './combine-evidence.ts';
export type { DurationSketch } from './duration-sketch.ts';
export { fadeSketch, mergeSketches, quantileBin, unitsAboveBin, unitsInSketch } from './duration-sketch.ts';
export type { SlowThresholds } from './latency-evidence.ts';
export { LATENCY_ETA, SLOW_QUANTILES, slowCounts, slowThresholds } from './latency-evidence.ts';
export type { MixtureTest, WindowCounts } from './mixture-test.ts';
export { excessTest, harmTest } from './mixture-test.ts';
export type { RateEvidence } from './rate-evidence.ts';
export { addRateWindow, emptyRateEvidence, logEValue } from './rate-evidence.ts';
export type { RiskLikelihood } from './relative-risk.ts';
export {
  addLikelihoodWindow,
  confidenceSequence,
  flatLikelihood,
  mostLikelyRisk,
  RELATIVE_RISKS,
  relativeRiskGrid,
} from './relative-risk.ts';
export {
  baseRateAfter,
  expectedExcessEvents,
  largestPermittedExposures,
  probabilityOfExcess,
} from './risk-budget.ts';
export { expectedExcessRisk, probabilityBelow, riskPosterior, shippedRiskPrior } from './risk-posterior.ts';
export type { SampleRatioEvidence } from './sample-ratio.ts';
export {
  addNewUnits,
  emptySampleRatioEvidence,
  logSampleRatioEValue,
  SAMPLE_RATIO_ALPHA,
} from './sample-ratio.ts';
export { lgamma, logSumExp, upperRegularisedGamma } from './special-functions.ts';
