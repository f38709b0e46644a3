export type { AllocationWorld } from './allocation-world.ts';
export { ALLOCATION_WORLDS, bestOf } from './allocation-world.ts';
export type { AllocationMode, AllocationOutcome, AllocationRun } from './run-allocation.ts';
export { runAllocation, runFixedTest } from './run-allocation.ts';
