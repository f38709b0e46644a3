export type { ReplaySettings } from './asked-otherwise.ts';
export { planFault } from './asked-otherwise.ts';
export type { HeldModels } from './held-models.ts';
export { modelsNamedIn } from './held-models.ts';
export type { ReplayedDecision, RolloutReplay } from './replay-rollout.ts';
export { replayRollout } from './replay-rollout.ts';
export type { Reproduction } from './reproduce-decisions.ts';
export { reproduceDecisions } from './reproduce-decisions.ts';
