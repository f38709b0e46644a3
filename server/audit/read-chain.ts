import type { AuditHead, AuditLog, Scope } from '../../domain/index.ts';

/** Entries read at a time: some may be as large as the largest flag. */
const PAGE_SIZE = 200;

/** The lines of a chain up to where it ended a moment ago, a page at a time. */
export async function* readChain(audit: AuditLog, chain: Scope, { sequence }: AuditHead): AsyncGenerator<string> {
  let after = 0;
  while (after < sequence) {
    const lines = await audit.readLines(chain, { after, through: sequence, limit: PAGE_SIZE });
    if (lines.length === 0) return;
    yield* lines;
    after += lines.length;
  }
}
