import { SNAPSHOT_SCHEMA_VERSION, type Snapshot } from '../../domain/index.ts';
import { type VerifiedSnapshot, verify } from './verified-snapshot.ts';

/** The snapshot in a text, or the sentence that says why it cannot be trusted; `held` is what it may have objects in common with. */
export function readSnapshot(text: string, held?: VerifiedSnapshot): VerifiedSnapshot | string {
  const parsed = parseObject(text);
  if (parsed === undefined) return 'it is not a JSON object';
  const mismatch = schemaMismatch(parsed);
  if (mismatch !== undefined) return mismatch;
  if (!hasShape(parsed)) return 'a member is missing or of the wrong type';
  return verify(parsed, held) ?? `its content does not match its hash ${parsed.hash}`;
}

/** The JSON object in a text; undefined when it is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Why this client cannot read what has this schema version; undefined when it can. */
export function schemaMismatch({ schemaVersion }: Record<string, unknown>): string | undefined {
  const isKnown = Number.isSafeInteger(schemaVersion) && 1 <= Number(schemaVersion);
  if (isKnown && Number(schemaVersion) <= SNAPSHOT_SCHEMA_VERSION) return undefined;
  return `it has schema version ${JSON.stringify(schemaVersion)} and this client reads 1 to ${SNAPSHOT_SCHEMA_VERSION}; upgrade @rampwright/provider, until then flags stay as they are`;
}

/** Whether a value is an object and no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value can be the settings of a snapshot. */
export function isSettings(value: unknown): boolean {
  return isObject(value) && isObject(value['staticContext']);
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
    isSettings(settings)
  );
}
