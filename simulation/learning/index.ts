export type { CalibrationRun } from './calibration-run.ts';
export { calibrationRun } from './calibration-run.ts';
export type { LearningRow } from './training-run.ts';
export { trainingRun } from './training-run.ts';
