import { isRecord } from '../network/json-shape.ts';
import { schemaOf } from './feature-sets.ts';

/** Why a model for this schema cannot be served by this build, in words; undefined if it can. */
export function schemaFault(schema: unknown): string | undefined {
  if (!isRecord(schema)) return 'it names no schema';
  const { name, version, hash } = schema;
  if (typeof name !== 'string' || typeof version !== 'number') return 'its schema has no name or version';
  const known = schemaOf({ name, version });
  if (known === undefined) return `nobody here makes the features "${name}" version ${version}`;
  if (hash !== known.hash) return `its features are not those of "${name}" version ${version} (hash ${known.hash})`;
  return undefined;
}
