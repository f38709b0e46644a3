export type { AllocationWorld } from './allocation-world.ts';
export { ALLOCATION_WORLDS, bestOf } from './allocation-world.ts';
export type { AllocationMode } from './planned-rollout.ts';
export { REGIONAL_WORLDS } from './regional-worlds.ts';
export type { AllocationOutcome, AllocationRun } from './run-allocation.ts';
export { runAllocation } from './run-allocation.ts';
export { runFixedTest } from './run-fixed-test.ts';
