export type { Hash32 } from './canary-place.ts';
export { CANARY_SHARE, isInCanary } from './canary-place.ts';
export type { DueTraining, TrainingSigns } from './due-training.ts';
export { COOL_DOWN_MS, dueTraining, ENOUGH_LABELS } from './due-training.ts';
export type { InferenceTimes, ScoreTiming } from './inference-times.ts';
export { addTiming, LATE_SCORE_MS, MAX_LATE_IN_A_ROW, NO_TIMES } from './inference-times.ts';
export type { ChampionSigns, ChampionVerdict, ReviewedKind } from './judge-champion.ts';
export {
  judgeChampion,
  logTooManyAlarms,
  MAX_NOVEL_SHARE,
  MIN_JUDGED_ROLLOUTS,
  NO_SIGNS,
} from './judge-champion.ts';
export type { CostAgainstSchedule, RampLines, RampSigns } from './judge-ramp-champion.ts';
export { judgeRampChampion, logTooManyRollbacks } from './judge-ramp-champion.ts';
export type { InputReference, ModelFigures, WatchedRun } from './model-figures.ts';
export { DRIFT_LINE, modelFigures } from './model-figures.ts';
export type { ModelInUse, ReadModel } from './model-in-use.ts';
export { modelInUse } from './model-in-use.ts';
