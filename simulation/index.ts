export type { AllocationMode, AllocationOutcome, AllocationRun, AllocationWorld } from './allocation/index.ts';
export { ALLOCATION_WORLDS, bestOf, REGIONAL_WORLDS, runAllocation, runFixedTest } from './allocation/index.ts';
export type {
  BenchWorld,
  ManyRuns,
  OurPolicy,
  OurSettings,
  Scenario,
  SeriesNames,
  TracedRun,
  TracedStep,
  WorldOptions,
  WorldRuns,
} from './benchmark/index.ts';
export {
  isUsableTrace,
  LEARNED_PACE,
  openBenchWorld,
  oracleOf,
  ourModelPolicies,
  ourModelSpeeds,
  ourPolicies,
  ourPolicy,
  ourSpeeds,
  PACED,
  playWorld,
  readScenario,
  runMany,
  runPolicies,
  runWorld,
  ScenarioSchema,
  seriesByName,
  TUNED,
  toldBy,
  traceRun,
  tracesByName,
  worldsOf,
} from './benchmark/index.ts';
export type { Experiment, RunSeed } from './experiment.ts';
export type { Finding } from './findings.ts';
export { findingsOf } from './findings.ts';
export { FORGED } from './forged.ts';
export type {
  CalibrationRun,
  LearningRow,
  PaceOutcome,
  PaceWorld,
  RampInWorld,
  RampPlayer,
  RampRollout,
  RampRun,
} from './learning/index.ts';
export {
  calibrationRun,
  learnedFrom,
  paceWorld,
  rampInWorld,
  rampRun,
  runCosts,
  trainingRun,
} from './learning/index.ts';
export { parseExperiments } from './parse-experiments.ts';
export type { ArmWindow, Peer, Policy, PolicyWindow } from './policies/index.ts';
export { PEERS, peerPolicies, peerPolicy } from './policies/index.ts';
export { POWER } from './power.ts';
export type { Alarms } from './run-rollout.ts';
export type { RunOutcome, ScoreCard, Sweep } from './scorecard/index.ts';
export { makeScoreCard, scoreCardHtml, scoreCardJson, scoreCardText } from './scorecard/index.ts';
export { shareInterval } from './share-interval.ts';
export { type RealData, sharedData } from './shared-data.ts';
export { simulatedWindows } from './simulated-windows.ts';
export type { Traces } from './traces.ts';
export { parseTrace } from './traces.ts';
export { TYPE_ONE } from './type-one.ts';
