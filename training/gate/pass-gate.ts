import type { ModelState } from '../../domain/index.ts';
import { canaryChecks, offlineChecks, shadowChecks } from './gate-checks.ts';
import type { GateEvidence } from './gate-evidence.ts';
import { GATE_LIMITS, type GateLimits } from './gate-limits.ts';
import { type GateCheck, standsInTheWay } from './named-check.ts';

/** Which stages a model has to go through; leaving one out is a decision of a person. */
export interface GateOptions {
  readonly limits?: GateLimits;
  readonly needsShadow?: boolean;
  readonly needsCanary?: boolean;
}

/** What the gate says of a model. */
export interface GateResult {
  /** `keep` is the default: the champion stays unless everything that is asked for was measured and is good. */
  readonly verdict: 'promote' | 'keep';
  /** How far the model may go now. */
  readonly nextState: Exclude<ModelState, 'retired'>;
  readonly checks: readonly GateCheck[];
  /** Names and findings of the checks that stand in the way, in the order in which they are asked. */
  readonly reasons: readonly string[];
}

/** Whether a challenger takes the champion's place: offline checks, then the shadow, then the canary. */
export function passGate(
  evidence: GateEvidence,
  { limits = GATE_LIMITS, needsShadow = true, needsCanary = true }: GateOptions = {},
): GateResult {
  const stages: readonly (readonly [GateResult['nextState'], readonly GateCheck[]])[] = [
    ['candidate', offlineChecks(evidence, limits)],
    ...(needsShadow ? [['shadow', shadowChecks(evidence, limits)] as const] : []),
    ...(needsCanary ? [['canary', canaryChecks(evidence, limits)] as const] : []),
  ];
  const checks = stages.flatMap(([, some]) => some);
  const reasons = checks.filter(standsInTheWay).map(({ check, message }) => `${check}: ${message}`);
  const held = stages.find(([, some]) => some.some(standsInTheWay));
  const verdict = held === undefined ? 'promote' : 'keep';
  return { verdict, nextState: held === undefined ? 'champion' : held[0], checks, reasons };
}
