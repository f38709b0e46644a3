import { createHash } from 'node:crypto';
import { type JsonValue, Problem } from '../domain/index.ts';

/** A network of some hundred thousand coefficients; larger ones do not belong into a row. */
const MAX_BYTES = 16 * 1024 * 1024;

/** An artefact as it is stored. */
export interface StoredArtefact {
  readonly text: string;
  readonly sha256: string;
}

/** An artefact as text with its hash; Problem `invalidModel` for numbers that JSON does not have, and for very large ones. */
export function writeArtefact(modelId: string, artefact: JsonValue): StoredArtefact {
  const text = JSON.stringify(artefact, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new Problem('invalidModel', `the artefact of "${modelId}" holds ${value} at "${key}"`);
    }
    return value;
  });
  const size = Buffer.byteLength(text);
  if (size > MAX_BYTES) {
    throw new Problem('invalidModel', `the artefact of "${modelId}" has ${size} bytes; at most ${MAX_BYTES} are kept`);
  }
  return { text, sha256: sha256Of(text) };
}

/** The artefact, if its text has the hash under which it was registered; Problem `modelCorrupt`. */
export function readArtefact(modelId: string, { text, sha256 }: StoredArtefact): JsonValue {
  if (!isIntact({ text, sha256 })) {
    throw new Problem(
      'modelCorrupt',
      `"${modelId}" was registered with sha256 ${sha256}, and has ${sha256Of(text)} now`,
    );
  }
  return JSON.parse(text) as JsonValue;
}

/** Whether an artefact is what was registered. */
export function isIntact({ text, sha256 }: StoredArtefact): boolean {
  return sha256Of(text) === sha256;
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
