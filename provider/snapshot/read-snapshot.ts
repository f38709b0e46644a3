import { createHash } from 'node:crypto';
import { canonicalJson, contentOf, SNAPSHOT_SCHEMA_VERSION, type Snapshot } from '../../domain/index.ts';

/** The snapshot in a text, or the sentence that says why it cannot be trusted. */
export function readSnapshot(text: string): Snapshot | string {
  const parsed = parse(text);
  if (!isObject(parsed)) return 'it is not a JSON object';
  if (parsed['schemaVersion'] !== SNAPSHOT_SCHEMA_VERSION) {
    return `it has schema version ${JSON.stringify(parsed['schemaVersion'])} and this client reads ${SNAPSHOT_SCHEMA_VERSION}; upgrade @rampwright/provider`;
  }
  if (!hasShape(parsed)) return 'a member is missing or of the wrong type';
  if (parsed.hash !== hashOf(parsed)) return `its content does not match its hash ${parsed.hash}`;
  return parsed;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasShape(value: Record<string, unknown>): value is Record<string, unknown> & Snapshot {
  const { environment, epoch, version, hash, flagSet, rollouts, settings } = value;
  return (
    typeof environment === 'string' &&
    Number.isSafeInteger(epoch) &&
    Number.isSafeInteger(version) &&
    typeof hash === 'string' &&
    isObject(flagSet) &&
    isObject(flagSet['flags']) &&
    Array.isArray(rollouts) &&
    rollouts.every(isObject) &&
    isObject(settings) &&
    isObject(settings['staticContext'])
  );
}

function hashOf(snapshot: Snapshot): string {
  return createHash('sha256')
    .update(canonicalJson(contentOf(snapshot)))
    .digest('hex');
}
