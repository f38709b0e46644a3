import { calibrationFault } from '../calibration/check-calibration.ts';
import { schemaFault } from '../features/check-schema.ts';
import { schemaOf } from '../features/feature-sets.ts';
import { networkFault } from '../network/check-network.ts';
import { standardisationFault } from '../network/check-standardisation.ts';
import { isRecord, isVector } from '../network/json-shape.ts';
import type { Network } from '../network/network.ts';
import { RISK_HEADS, type RiskModelArtefact } from './risk-artefact.ts';

/** An artefact that can be served, or why it cannot. */
export type CheckedArtefact<Artefact> =
  | { readonly kind: 'usable'; readonly artefact: Artefact }
  | { readonly kind: 'refused'; readonly reason: string };

/** Checks all of a risk model that comes out of a store: schema, shapes, and that every number is finite. */
export function checkRiskArtefact(json: unknown): CheckedArtefact<RiskModelArtefact> {
  const reason = riskFault(json);
  return reason === undefined
    ? { kind: 'usable', artefact: json as RiskModelArtefact }
    : { kind: 'refused', reason: `Not a usable risk model: ${reason}.` };
}

function riskFault(json: unknown): string | undefined {
  if (!isRecord(json) || json['kind'] !== 'risk') return 'it is not an object of the kind "risk"';
  if (typeof json['version'] !== 'string' || json['version'] === '') return 'it has no version';
  const fault = schemaFault(json['schema']);
  if (fault !== undefined) return fault;
  const width = schemaOf(json['schema'] as RiskModelArtefact['schema'])!.features.length;
  return (
    standardisationFault(json['standardisation'], width) ??
    (isVector(json['benignMean'], width) ? undefined : 'the benign means are not one finite number per feature') ??
    harmTypesFault(json['harmTypes']) ??
    ensembleFault(json['ensemble'], width, (json['harmTypes'] as readonly string[]).length) ??
    scalingFault(json['scaling']) ??
    calibrationFault(json['calibration']) ??
    originFault(json['origin'])
  );
}

function harmTypesFault(types: unknown): string | undefined {
  const areNames = Array.isArray(types) && types.every((type) => typeof type === 'string');
  if (!areNames) return 'the harm types are not a list of names';
  return new Set(types).size === types.length ? undefined : 'a harm type is named twice';
}

function ensembleFault(ensemble: unknown, width: number, harmTypes: number): string | undefined {
  if (!Array.isArray(ensemble) || ensemble.length === 0) return 'the ensemble has no networks';
  for (const network of ensemble as unknown[]) {
    const fault = networkFault(network, width) ?? headsFault(network as Network, harmTypes);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function headsFault({ heads }: Network, harmTypes: number): string | undefined {
  if (!Object.hasOwn(heads, 'harmful')) return 'a network has no head "harmful"';
  if (harmTypes > 0 && !Object.hasOwn(heads, 'harmType')) return 'a network has no head "harmType"';
  for (const [name, { kind, layer }] of Object.entries(heads)) {
    if (!Object.hasOwn(RISK_HEADS, name)) return `a network has an unknown head "${name}"`;
    if (kind !== RISK_HEADS[name as keyof typeof RISK_HEADS]) return `the head "${name}" is not of its kind`;
    if (layer.outputs !== (name === 'harmType' ? harmTypes : 1)) return `the head "${name}" has not its outputs`;
  }
  return undefined;
}

function scalingFault(scaling: unknown): string | undefined {
  const isScaling =
    isRecord(scaling) && ['slope', 'intercept', 'shift'].every((name) => Number.isFinite(scaling[name]));
  if (!isScaling) return 'the scaling is not three finite numbers';
  return (scaling['slope'] as number) > 0 ? undefined : 'the scaling turns the score round: its slope is not above 0';
}

/** Why nobody could fit it again, in words; undefined if one could. */
export function originFault(origin: unknown): string | undefined {
  if (!isRecord(origin) || typeof origin['backend'] !== 'string') return 'it does not say where it was fitted';
  const numbers = ['seed', 'rowCount', 'runCount', 'harmfulShare'];
  return numbers.every((name) => Number.isFinite(origin[name])) ? undefined : 'its origin has a number missing';
}
