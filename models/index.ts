export type { AllocationBelief } from './allocation/best-probabilities.ts';
export { ALLOCATION_DRAWS } from './allocation/best-probabilities.ts';
export type { BetterPeaks } from './allocation/best-treatment.ts';
export { bestTreatment } from './allocation/best-treatment.ts';
export type { Contrast } from './allocation/contrast.ts';
export { addContrastWindow, NO_CONTRAST } from './allocation/contrast.ts';
export type { DivisionLimits, ValueUtilities } from './allocation/divide-values.ts';
export { divideValues } from './allocation/divide-values.ts';
export type { MeanBelief, MetricBase } from './allocation/mean-belief.ts';
export { momentsOf } from './allocation/mean-belief.ts';
export type { SplitAnswer, SplitQuestion } from './allocation/propose-split.ts';
export { proposeSplit } from './allocation/propose-split.ts';
export type { PartDifference } from './allocation/qualitative-interaction.ts';
export { qualitativeInteraction } from './allocation/qualitative-interaction.ts';
export type { SegmentCounts } from './allocation/segment-harm.ts';
export { isHarmLikelyIn } from './allocation/segment-harm.ts';
export { shrunkBeliefs } from './allocation/shrunk-beliefs.ts';
export { stratifiedBeliefs } from './allocation/stratified-belief.ts';
export { SECOND_SHARE } from './allocation/top-two-shares.ts';
export type { ObjectiveContrast, UtilityDifference } from './allocation/utility-contrast.ts';
export { logBetterEValue, utilityDifference } from './allocation/utility-contrast.ts';
export { asymptoticHalfWidth } from './asymptotic-interval.ts';
export { mean, median, quantile } from './averages.ts';
export type { AdaptiveAlpha } from './calibration/adaptive-alpha.ts';
export { afterBenignRollout, alphaInUse, startAdaptiveAlpha } from './calibration/adaptive-alpha.ts';
export type { CalibrationRun, CalibrationTable } from './calibration/calibration-table.ts';
export { bandThreshold, calibrationTableOf, NO_CALIBRATION } from './calibration/calibration-table.ts';
export { conformalRank, conformalThreshold, runPValue } from './calibration/conformal.ts';
export type { LabelledScore, PlattScaling } from './calibration/platt.ts';
export { fitPlatt, HARMFUL_PRIOR, NO_SCALING, plattProbability, priorShift } from './calibration/platt.ts';
export type { ScoreState, ScoreStep } from './calibration/smoothed-score.ts';
export { addScore, FIRST_SCORED_STRATUM, isCalm, NO_SCORES, runMaximum } from './calibration/smoothed-score.ts';
export type { TrafficBand } from './calibration/traffic-band.ts';
export { BAND_MINUTES, TRAFFIC_BANDS, trafficBandOf } from './calibration/traffic-band.ts';
export type { BootstrapInterval, BootstrapOptions } from './cluster-bootstrap.ts';
export { clusterBootstrap, clustersBy } from './cluster-bootstrap.ts';
export { combineEvidence } from './combine-evidence.ts';
export { combineSources, volumeFactors } from './combine-sources.ts';
export { adjustedSums } from './cuped.ts';
export { exposuresNeeded } from './data-needed.ts';
export type { DenseRateEvidence } from './dense-rate-evidence.ts';
export {
  addDenseWindow,
  denseRateEvidenceSince,
  emptyDenseRateEvidence,
  logDenseEValue,
} from './dense-rate-evidence.ts';
export type { DenseRateTest } from './dense-rate-test.ts';
export { denseRateTest } from './dense-rate-test.ts';
export { bucketDispersion } from './dispersion.ts';
export type { AdaptiveWindow, WindowChange } from './drift/adaptive-window.ts';
export { addToAdaptiveWindow, EMPTY_ADAPTIVE_WINDOW } from './drift/adaptive-window.ts';
export type { AlarmCounts } from './drift/alarm-rate.ts';
export { ALARM_RATE_LINE, logAlarmRateEValue } from './drift/alarm-rate.ts';
export type { CalibrationBin, CalibrationDrift, LabelledPrediction } from './drift/calibration-drift.ts';
export { calibrationDrift } from './drift/calibration-drift.ts';
export { falseDiscoveryRates } from './drift/false-discovery.ts';
export type { TwoSampleTest } from './drift/kolmogorov-smirnov.ts';
export { kolmogorovSmirnov } from './drift/kolmogorov-smirnov.ts';
export type { StabilityReference } from './drift/population-stability.ts';
export { populationStability, stabilityReference } from './drift/population-stability.ts';
export type { DurationSketch } from './duration-sketch.ts';
export { fadeSketch, mergeSketches } from './duration-sketch.ts';
export type { FeatureDefinition, FeatureSchema, FeatureSet, FeatureStep } from './features/feature-set.ts';
export type { KnownSchema, SchemaIdentity } from './features/feature-sets.ts';
export { isUsableVector, KNOWN_SCHEMAS, schemaOf } from './features/feature-sets.ts';
export type { MetricContrasts } from './features/metric-contrasts.ts';
export { RISK_FEATURES_V1 } from './features/risk-features-v1.ts';
export type { RiskFeaturesState } from './features/risk-features-v2.ts';
export { RISK_FEATURES_V2 } from './features/risk-features-v2.ts';
export type { BusinessSides, RateSides, RateSums, RiskStratum, ValueSides } from './features/risk-stratum.ts';
export { MAX_RISK_SEGMENTS } from './features/risk-stratum.ts';
export { schemaHash, schemaText } from './features/schema-hash.ts';
export type { FlatSketch } from './flat-sketch.ts';
export { addFading, EMPTY_SKETCH, flatSketch, quantileBins, unitsAboveBins, unitsInSketch } from './flat-sketch.ts';
export type { BettingEvidence } from './forecast/betting-martingale.ts';
export { addPValue, conformalPValue, EMPTY_BETTING_EVIDENCE, logMartingale } from './forecast/betting-martingale.ts';
export { checkForecastArtefact } from './forecast/check-forecast-artefact.ts';
export { fitLinear } from './forecast/fit-linear.ts';
export type { AheadResidual } from './forecast/fit-spreads.ts';
export { fitSpreads } from './forecast/fit-spreads.ts';
export type { ForecastArtefact, Predictor, Spread } from './forecast/forecast-artefact.ts';
export { FORECAST_ALPHA, FORECAST_QUANTILES } from './forecast/forecast-artefact.ts';
export type { ForecastBasis, ForecastStep } from './forecast/forecast-basis.ts';
export {
  FORECAST_INPUTS,
  FORECAST_STEPS,
  forecastBasis,
  forecastInputs,
  HISTORY_STEPS,
  LEAST_KNOWN_STEPS,
  robustScore,
} from './forecast/forecast-basis.ts';
export type { StepForecast } from './forecast/predict-step.ts';
export { forecastResidual, predictStep } from './forecast/predict-step.ts';
export type { BaselineStep, SeasonalBaseline } from './forecast/seasonal-baseline.ts';
export { emptySeasonalBaseline, stepBaseline } from './forecast/seasonal-baseline.ts';
export type { SeriesWatch, WatchModel } from './forecast/series-watch.ts';
export { EMPTY_SERIES_WATCH, fitWatch, isDisturbed, stepWatch } from './forecast/series-watch.ts';
export { theilSenSlope } from './forecast/theil-sen.ts';
export { fitAutocorrelation, whitened } from './forecast/whitening.ts';
export type { SlowThresholds } from './latency-evidence.ts';
export { LATENCY_ETA, SLOW_QUANTILES, slowCounts, slowThresholds } from './latency-evidence.ts';
export type { MixtureTest, WindowCounts } from './mixture-test.ts';
export { excessTest, harmTest } from './mixture-test.ts';
export { coefficientCount, networkFault } from './network/check-network.ts';
export type { DenseLayer, HeadKind, Network, NetworkHead } from './network/network.ts';
export type { HeadOutputs } from './network/run-network.ts';
export { runNetwork, runOneHead, sigmoid } from './network/run-network.ts';
export type { Standardisation } from './network/standardise.ts';
export { standardise } from './network/standardise.ts';
export type { NoveltyCalibrationRun } from './novelty/calibrate-novelty-model.ts';
export { calibrateNoveltyModel } from './novelty/calibrate-novelty-model.ts';
export { checkNoveltyArtefact } from './novelty/check-novelty-artefact.ts';
export type { NoveltyJudgement } from './novelty/judge-novelty.ts';
export { judgeNovelty } from './novelty/judge-novelty.ts';
export type { NoveltyModelArtefact, Reconstruction } from './novelty/novelty-artefact.ts';
export { NOVELTY_ALPHA } from './novelty/novelty-artefact.ts';
export { reconstruct, scoreNovelty } from './novelty/score-novelty.ts';
export type { PermittedAction, PolicyLog } from './off-policy/cross-fitted.ts';
export { crossFitted } from './off-policy/cross-fitted.ts';
export type { OffPolicyEstimator } from './off-policy/estimators.ts';
export {
  clippedDoublyRobust,
  directMethod,
  doublyRobust,
  doublyRobustError,
  doublyRobustTerm,
  ips,
  snips,
  switchDoublyRobust,
} from './off-policy/estimators.ts';
export type { LoggedDecision, PossibleAction } from './off-policy/logged-decision.ts';
export type { PolicyDiagnostics, SupportCell } from './off-policy/policy-diagnostics.ts';
export { policyDiagnostics, supportGap } from './off-policy/policy-diagnostics.ts';
export { cautiousInterval, empiricalBernsteinInterval, policyInterval } from './off-policy/policy-interval.ts';
export type { PolicyTerm, PolicyTerms } from './off-policy/policy-terms.ts';
export {
  clippedDoublyRobustTerms,
  directMethodTerms,
  doublyRobustTerms,
  ipsTerms,
  snipsTerms,
  switchDoublyRobustTerms,
  termDifferences,
} from './off-policy/policy-terms.ts';
export type { Coefficients, Observation } from './off-policy/ridge.ts';
export { fitRidge, predictLinear } from './off-policy/ridge.ts';
export type { StageDecision } from './off-policy/sequential-weights.ts';
export { MAX_STAGES, sequentialWeights } from './off-policy/sequential-weights.ts';
export { afterEpoch, afterForgottenEpochs, logOnsetMixture } from './onset-mixture.ts';
export type { BaseRatePrior, RateOfRollout } from './priors/base-rate-prior.ts';
export { fitBaseRate } from './priors/base-rate-prior.ts';
export type { ClippedStatistics } from './priors/clipped-statistics.ts';
export { exportStatistics } from './priors/clipped-statistics.ts';
export type { EarlyEffect } from './priors/early-effect.ts';
export { earlyEffect } from './priors/early-effect.ts';
export { effectCdf, effectDensity } from './priors/effect-distribution.ts';
export type { EffectEstimate, EffectSpread, FittedSpread } from './priors/effect-estimates.ts';
export { fitEffectSpread, withoutOutliers } from './priors/effect-estimates.ts';
export type { PoolMember } from './priors/pool-tenants.ts';
export { poolTenants } from './priors/pool-tenants.ts';
export type { GlobalLevel, PriorLevels, RolloutPrior, TenantLevel } from './priors/prior-levels.ts';
export { priorFor } from './priors/prior-levels.ts';
export { withPriorMasses } from './priors/prior-masses.ts';
export { priorOnGrid } from './priors/prior-on-grid.ts';
export { riskEstimate } from './priors/risk-estimate.ts';
export type { PriorKind } from './priors/shipped-priors.ts';
export { SHIPPED_PRIORS, shippedSpread } from './priors/shipped-priors.ts';
export { tenantSpread } from './priors/tenant-spread.ts';
export { valueEstimate } from './priors/value-estimate.ts';
export type { ValueMoments, ValuePrior } from './priors/value-prior.ts';
export { meanOfValue, updateValuePrior, valuePriorAround } from './priors/value-prior.ts';
export { quantileInterval } from './quantile-interval.ts';
export { checkRampPolicy } from './ramp-policy/check-ramp-policy.ts';
export type { RampAnswer, RampQuestion } from './ramp-policy/choose-pace.ts';
export { choosePace, sampled } from './ramp-policy/choose-pace.ts';
export { DEPARTURE_TOLERANCE } from './ramp-policy/conservative-paces.ts';
export type { Pace } from './ramp-policy/paces.ts';
export { PACES, paceCalled } from './ramp-policy/paces.ts';
export type { Appetite, CostFactors, RampCosts } from './ramp-policy/ramp-costs.ts';
export { APPETITES, COST_PARTS, factorsOf, scalarCost } from './ramp-policy/ramp-costs.ts';
export type { DecisionFeatures } from './ramp-policy/ramp-inputs.ts';
export { RAMP_INPUTS, RAMP_SCHEMA, rampInputs } from './ramp-policy/ramp-inputs.ts';
export type { LearnedRollout, RampAlgorithm, RampLedger, RampPolicy } from './ramp-policy/ramp-policy.ts';
export { emptyRampPolicy, forgetALittle, learnRollouts } from './ramp-policy/ramp-policy.ts';
export { decisionDraws, seedOf } from './ramp-policy/seeded-draws.ts';
export type { RateEvidence } from './rate-evidence.ts';
export { addRateWindow, emptyRateEvidence, logEValue, rateEvidenceSince } from './rate-evidence.ts';
export type { RiskLikelihood } from './relative-risk.ts';
export {
  addLikelihoodWindow,
  confidenceSequence,
  flatLikelihood,
  likelihoodAt,
  mostLikelyRisk,
  RELATIVE_RISKS,
  relativeRiskGrid,
} from './relative-risk.ts';
export type { RiskCalibrationRun } from './risk/calibrate-risk-model.ts';
export { calibrateRiskModel } from './risk/calibrate-risk-model.ts';
export type { CheckedArtefact } from './risk/check-risk-artefact.ts';
export { checkRiskArtefact } from './risk/check-risk-artefact.ts';
export type { Contribution, RiskExplanation } from './risk/explain-risk.ts';
export { explainRisk } from './risk/explain-risk.ts';
export type { GroupNumbers } from './risk/group-numbers.ts';
export type { RiskCircumstances, RiskJudgement } from './risk/judge-risk.ts';
export { judgeRisk, LIKELY_CAUSE } from './risk/judge-risk.ts';
export type { ModelOrigin, RiskModelArtefact } from './risk/risk-artefact.ts';
export { RISK_HEADS } from './risk/risk-artefact.ts';
export type { RiskScore } from './risk/score-risk.ts';
export { riskScoreOf, scoreRisk, UNCERTAIN_SD } from './risk/score-risk.ts';
export {
  baseRateAfter,
  expectedExcessEvents,
  largestPermittedExposures,
  probabilityOfExcess,
} from './risk-budget.ts';
export type { RiskDistribution } from './risk-posterior.ts';
export { expectedExcessRisk, probabilityBelow, riskPosterior, shippedRiskPrior } from './risk-posterior.ts';
export { safetyTest } from './safety-test.ts';
export type { SampleRatioEvidence } from './sample-ratio.ts';
export {
  addNewUnits,
  emptySampleRatioEvidence,
  logSampleRatioOfSources,
  SAMPLE_RATIO_ALPHA,
} from './sample-ratio.ts';
export {
  lbeta,
  lgamma,
  logSumExp,
  lowerRegularisedBeta,
  normalCdf,
  normalQuantile,
  upperRegularisedBeta,
  upperRegularisedGamma,
} from './special-functions.ts';
export { unitsNeeded } from './value-data-needed.ts';
export type { ValueEvidence } from './value-evidence.ts';
export { addValueWindow, emptyValueEvidence, valueEvidenceSince } from './value-evidence.ts';
export { mergeValueEvidence, priorProbabilityOfHarmBelow, probabilityOfHarmBelow } from './value-harm.ts';
export { valueInterval } from './value-interval.ts';
export type { ValueSums } from './value-sums.ts';
export { addSums, NO_VALUES } from './value-sums.ts';
export type { ValueTest } from './value-test.ts';
export { logValueEValue } from './value-test.ts';
