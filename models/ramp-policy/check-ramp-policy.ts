import { isRecord, isVector } from '../network/json-shape.ts';
import type { CheckedArtefact } from '../risk/check-risk-artefact.ts';
import { COST_PARTS } from './ramp-costs.ts';
import { RAMP_INPUTS, RAMP_SCHEMA } from './ramp-inputs.ts';
import type { RampAlgorithm, RampPolicy } from './ramp-policy.ts';

/** Parts of the cost that every policy has learned. */
const FIRST_PARTS = 4;

const ALGORITHMS: readonly RampAlgorithm[] = ['thompson', 'linUcb', 'squareCb'];

/** Checks all of a ramp policy that comes out of a store: inputs, shapes, and that every number is finite. */
export function checkRampPolicy(json: unknown): CheckedArtefact<RampPolicy> {
  const reason = policyFault(json);
  return reason === undefined
    ? { kind: 'usable', artefact: withAllParts(json as RampPolicy) }
    : { kind: 'refused', reason: `Not a usable ramp policy: ${reason}.` };
}

function policyFault(json: unknown): string | undefined {
  if (!isRecord(json) || json['kind'] !== 'ramp') return 'it is not an object of the kind "ramp"';
  if (typeof json['version'] !== 'string' || json['version'] === '') return 'it has no version';
  if (json['schema'] !== RAMP_SCHEMA) return `its inputs are not those of ${RAMP_SCHEMA}`;
  if (!ALGORITHMS.some((algorithm) => algorithm === json['algorithm'])) return 'its algorithm is unknown';
  const floor = json['explorationFloor'];
  if (typeof floor !== 'number' || !(floor > 0 && floor <= 1)) return 'its exploration floor is not in (0, 1]';
  if (typeof json['decisions'] !== 'number' || !(json['decisions'] >= 0)) return 'it does not say what it learned from';
  const [width, parts] = [RAMP_INPUTS.length, COST_PARTS.length];
  if (!isMatrix(json['precision'], width, width)) return 'its precision is not a matrix of its inputs';
  const known = Array.isArray(json['moments']) ? json['moments'].length : 0;
  if (known < FIRST_PARTS || known > parts || !isMatrix(json['moments'], known, width))
    return 'its moments are not one row for each part of the cost';
  if (!isMatrix(json['crossMoments'], known, known)) return 'its cross moments are not a matrix of the parts';
  const ledger = json['ledger'];
  const isLedger = isRecord(ledger) && ['scheduled', 'departed'].every((name) => isVector(ledger[name], width));
  return isLedger ? undefined : 'its ledger is not complete';
}

/** A part that was not counted yet when the policy learned has cost nothing that it knows of. */
function withAllParts(policy: RampPolicy): RampPolicy {
  if (policy.moments.length === COST_PARTS.length) return policy;
  const { moments, crossMoments } = policy;
  return {
    ...policy,
    moments: COST_PARTS.map((_, k) => moments[k] ?? RAMP_INPUTS.map(() => 0)),
    crossMoments: COST_PARTS.map((_, i) => COST_PARTS.map((__, j) => crossMoments[i]?.[j] ?? 0)),
  };
}

function isMatrix(value: unknown, rows: number, columns: number): boolean {
  return Array.isArray(value) && value.length === rows && value.every((row) => isVector(row, columns));
}
