import { calibrationFault } from '../calibration/check-calibration.ts';
import { schemaFault } from '../features/check-schema.ts';
import { schemaOf } from '../features/feature-sets.ts';
import { networkFault } from '../network/check-network.ts';
import { standardisationFault } from '../network/check-standardisation.ts';
import { isRecord, isVector } from '../network/json-shape.ts';
import type { Network } from '../network/network.ts';
import { type CheckedArtefact, originFault } from '../risk/check-risk-artefact.ts';
import type { NoveltyModelArtefact } from './novelty-artefact.ts';

/** Checks all of a novelty model that comes out of a store. */
export function checkNoveltyArtefact(json: unknown): CheckedArtefact<NoveltyModelArtefact> {
  const reason = noveltyFault(json);
  return reason === undefined
    ? { kind: 'usable', artefact: json as NoveltyModelArtefact }
    : { kind: 'refused', reason: `Not a usable novelty model: ${reason}.` };
}

function noveltyFault(json: unknown): string | undefined {
  if (!isRecord(json) || json['kind'] !== 'novelty') return 'it is not an object of the kind "novelty"';
  if (typeof json['version'] !== 'string' || json['version'] === '') return 'it has no version';
  const fault = schemaFault(json['schema']);
  if (fault !== undefined) return fault;
  const width = schemaOf(json['schema'] as NoveltyModelArtefact['schema'])!.features.length;
  return (
    standardisationFault(json['standardisation'], width) ??
    reconstructionFault(json['reconstruction'], width) ??
    calibrationFault(json['calibration']) ??
    originFault(json['origin'])
  );
}

function reconstructionFault(value: unknown, width: number): string | undefined {
  if (!isRecord(value)) return 'it has no reconstruction';
  if (value['kind'] === 'components') return componentsFault(value['components'], width);
  if (value['kind'] !== 'autoencoder') return 'its reconstruction is of no known kind';
  return networkFault(value['network'], width) ?? outputFault(value['network'] as Network, width);
}

function componentsFault(components: unknown, width: number): string | undefined {
  if (!Array.isArray(components) || components.length === 0) return 'it has no components';
  return components.every((one) => isVector(one, width)) ? undefined : 'a component is not one number per feature';
}

function outputFault({ heads }: Network, width: number): string | undefined {
  const output = Object.hasOwn(heads, 'output') ? heads['output'] : undefined;
  if (output === undefined) return 'its network has no head "output"';
  return output.kind === 'linear' && output.layer.outputs === width ? undefined : 'its output is not its input again';
}
