export { checkEvaluators, checkTargeting } from './check/check-evaluators.ts';
export { checkFlag } from './check/check-flag.ts';
export type { CompiledSnapshot } from './compile-snapshot.ts';
export { compileSnapshot } from './compile-snapshot.ts';
export { evaluate, evaluateAll } from './evaluate.ts';
export type { ExplainedPart, ExplainedStep, Explanation } from './explain/explain.ts';
export { explain } from './explain/explain.ts';
export { lowerFlagSet, lowerRollout } from './lower-rollout.ts';
export { requireType } from './require-type.ts';
