import type { FeatureSchema } from './feature-set.ts';
import { RISK_FEATURES_V1 } from './risk-features-v1.ts';
import { RISK_FEATURES_V2 } from './risk-features-v2.ts';
import { schemaHash } from './schema-hash.ts';

/** What identifies a schema in an artefact. */
export interface SchemaIdentity {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
}

/** A schema with what is worked out from it once. */
export interface KnownSchema extends FeatureSchema {
  readonly hash: string;
  /** For each feature the index of the one that is 0 while it is unknown, or −1. */
  readonly masks: readonly number[];
}

/** All schemas that this build can make vectors for. */
export const KNOWN_SCHEMAS: readonly KnownSchema[] = [RISK_FEATURES_V1, RISK_FEATURES_V2].map(knownSchema);

/** The known schema with this name and version; undefined where there is none. */
export function schemaOf({ name, version }: Pick<SchemaIdentity, 'name' | 'version'>): KnownSchema | undefined {
  return KNOWN_SCHEMAS.find((schema) => schema.name === name && schema.version === version);
}

/** True for a vector that its feature set can have made: as many numbers as features, each inside its clip. */
export function isUsableVector({ features }: FeatureSchema, vector: ArrayLike<number>): boolean {
  if (vector.length !== features.length) return false;
  for (let index = 0; index < vector.length; index += 1) {
    const [least, most] = features[index]!.clip;
    const room = CLIP_ROUNDING * (1 + Math.max(Math.abs(least), Math.abs(most)));
    // Written so that NaN is not inside.
    if (!(vector[index]! >= least - room && vector[index]! <= most + room)) return false;
  }
  return true;
}

/** Vectors may have been stored in single precision. */
const CLIP_ROUNDING = 1e-6;

function knownSchema({ name, version, features }: FeatureSchema): KnownSchema {
  const indexes = new Map(features.map((feature, index) => [feature.name, index]));
  const masks = features.map(({ mask }) => (mask === undefined ? -1 : indexes.get(mask)!));
  return { name, version, features, masks, hash: schemaHash({ name, version, features }) };
}
