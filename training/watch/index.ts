export type { Hash32 } from './canary-place.ts';
export { CANARY_SHARE, isInCanary } from './canary-place.ts';
export type { DueTraining, TrainingSigns } from './due-training.ts';
export { COOL_DOWN_MS, dueTraining, ENOUGH_LABELS } from './due-training.ts';
export type { ChampionSigns, ChampionVerdict } from './judge-champion.ts';
export { judgeChampion } from './judge-champion.ts';
export type { ModelInUse, ReadModel } from './model-in-use.ts';
export { modelInUse } from './model-in-use.ts';
