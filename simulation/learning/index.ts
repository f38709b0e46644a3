export type { CalibrationRun } from './calibration-run.ts';
export { calibrationRun } from './calibration-run.ts';
export type { RampInWorld, RampPlayer } from './ramp-in-world.ts';
export { rampInWorld } from './ramp-in-world.ts';
export type { RampDecision, RampRollout, RampRun } from './ramp-run.ts';
export { learnedFrom, rampRun, runCosts } from './ramp-run.ts';
export type { LearningRow } from './training-run.ts';
export { trainingRun } from './training-run.ts';
