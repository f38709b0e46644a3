import { type AuditEntry, type AuditHead, canonicalJson, GENESIS_HASH, type Sha256 } from '../domain/index.ts';
import { hashEntry } from './chain-entry.ts';

/** How far a chain has been followed, and whose it is; null before its first entry. */
export interface ChainState extends AuditHead {
  readonly chain: string | null;
}

/** The first thing wrong with a chain. */
export interface ChainFault {
  /** Number that the entry at this place has to have: the first bad one. */
  readonly sequence: number;
  readonly message: string;
}

/** A chain of which nothing has been seen yet. */
export const START_OF_CHAIN: ChainState = { sequence: 0, hash: GENESIS_HASH, chain: null };

/**
 * The state after one more line of a chain, or what is wrong with it.
 *
 * A line is an entry with its hash as canonical JSON, and nothing else will do: a byte that means nothing in JSON is a
 * changed byte all the same.
 */
export function checkLine(state: ChainState, line: string, sha256: Sha256): ChainState | ChainFault {
  const sequence = state.sequence + 1;
  const fault = (message: string): ChainFault => ({ sequence, message });
  const entry = entryOf(line);
  if (entry === undefined) return fault(`entry ${sequence} is no JSON object`);
  if (canonicalJson(entry) !== line) return fault(`entry ${sequence} is not written as it was hashed`);
  if (entry.sequence !== sequence) return fault(`where entry ${sequence} should be is entry ${entry.sequence}`);
  if (hashEntry(entry, sha256) !== entry.hash) return fault(`entry ${sequence} is not what was hashed`);
  if (entry.previousHash !== state.hash) {
    return fault(`entry ${sequence} does not follow the one before it: one of the two was replaced`);
  }
  const chain = canonicalJson([entry.tenant, entry.environment]);
  if (state.chain !== null && state.chain !== chain) return fault(`entry ${sequence} belongs to another chain`);
  return { sequence, hash: entry.hash, chain };
}

function entryOf(line: string): AuditEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as AuditEntry) : undefined;
  } catch {
    return undefined;
  }
}
