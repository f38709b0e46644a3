import { type AuditEntry, type AuditHead, canonicalJson, type Sha256 } from '../domain/index.ts';

/** An entry that is not in a chain yet. */
export type UnchainedEntry = Omit<AuditEntry, 'sequence' | 'previousHash' | 'hash'>;

/** The entry as the next one of the chain that ends with `head`. */
export function chainEntry(entry: UnchainedEntry, head: AuditHead, sha256: Sha256): AuditEntry {
  const chained = { ...entry, sequence: head.sequence + 1, previousHash: head.hash };
  return { ...chained, hash: hashEntry(chained, sha256) };
}

/** The hash of an entry: SHA-256 of the canonical JSON of everything in it but the hash. */
export function hashEntry(entry: object, sha256: Sha256): string {
  const { hash: _, ...hashed } = entry as { readonly hash?: unknown };
  return sha256(canonicalJson(hashed));
}
