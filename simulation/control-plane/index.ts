export type { Invariant, Violation } from './invariants/violation.ts';
export type { Hub, Parts, Reader } from './parts.ts';
export { describeRun, runSeed, type SeedOptions, type SeedRun } from './run-seed.ts';
