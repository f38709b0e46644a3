import { allocationAt, intendedShares, type MetricDefinition, type RolloutDefinition } from '../../domain/index.ts';
import type { GuardrailAssessment } from './health-assessment.ts';
import type { Observation } from './observation.ts';
import type { RolloutEvidence } from './rollout-evidence.ts';

/** Windows that may be missing before data counts as old, and the least time for that. */
const STALE_WINDOWS = 6;
const STALE_FLOOR_MS = 30_000;

/** How old the newest data may be: a few windows, plus the attribution time that every window waits before it closes. */
export function staleAfterMs({ windowMs, attributionMs }: RolloutDefinition): number {
  return Math.max(STALE_WINDOWS * windowMs, STALE_FLOOR_MS) + attributionMs;
}

/**
 * The sides on which a guardrail has been silent for longer than its grace period and the age that any data may have,
 * counted from the newest data or, without any, from the start. Nobody is missed where no units are intended.
 */
export function silentSides(
  { nowMs, rollout }: Observation,
  { treatments, controls }: RolloutEvidence,
  { treatment, metric }: { readonly treatment: string; readonly metric: MetricDefinition },
): GuardrailAssessment['silentSides'] {
  const { definition, state } = rollout;
  const shares = intendedShares(allocationAt(definition, state.coverage, state.admission));
  const index = definition.treatments.findIndex(({ variant }) => variant === treatment);
  const isSilent = (lastDataMs: number | null) => {
    const sinceMs = Math.max(lastDataMs ?? 0, state.startedAtMs ?? state.coverageSinceMs);
    return nowMs - sinceMs > metric.graceMs + staleAfterMs(definition);
  };
  const sides: ('treatment' | 'control')[] = [];
  const lastDataMs = treatments[treatment]!.guardrails[metric.metric]!.lastDataMs;
  if (shares.treatments[index]! > 0 && isSilent(lastDataMs)) sides.push('treatment');
  if (shares.control > 0 && isSilent(controls[metric.metric]!.lastDataMs)) sides.push('control');
  return sides;
}
