export type { CalibrationRun } from './calibration-run.ts';
export { calibrationRun } from './calibration-run.ts';
export type { RampDecision, RampRollout, RampRun } from './ramp-run.ts';
export { learnedFrom, rampRun } from './ramp-run.ts';
export type { LearningRow } from './training-run.ts';
export { trainingRun } from './training-run.ts';
