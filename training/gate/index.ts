export type { ComparisonOptions, VersionComparison, VersionOutcome } from './compare-versions.ts';
export { compareVersions } from './compare-versions.ts';
export type { CheckOutcome, GateCheck } from './gate-checks.ts';
export type { CanaryEvidence, GateEvidence, Measured, MeasuredGap, ShadowEvidence } from './gate-evidence.ts';
export type { GateLimits } from './gate-limits.ts';
export { GATE_LIMITS } from './gate-limits.ts';
export type { GateOptions, GateResult } from './pass-gate.ts';
export { passGate } from './pass-gate.ts';
