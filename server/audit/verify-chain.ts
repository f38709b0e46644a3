import { createHash } from 'node:crypto';
import { type ChainFault, type ChainState, checkLine, START_OF_CHAIN } from '../../audit/index.ts';
import type { AuditHead, AuditLog, Scope } from '../../domain/index.ts';
import { readChain } from './read-chain.ts';

/** Lower-case hexadecimal SHA-256 of a text. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What came of following a chain in the database from its beginning to its head. */
export interface ChainCheck {
  readonly isIntact: boolean;
  readonly head: AuditHead;
  readonly fault: ChainFault | null;
}

/** Follows the chain in the database; entries that are written meanwhile are not looked at. */
export async function verifyChain(audit: AuditLog, chain: Scope): Promise<ChainCheck> {
  const head = await audit.readHead(chain);
  const failed = (fault: ChainFault): ChainCheck => ({ isIntact: false, head, fault });
  let state: ChainState = { ...START_OF_CHAIN, chain: JSON.stringify([chain.tenant, chain.environment]) };
  for await (const line of readChain(audit, chain, head)) {
    const next = checkLine(state, line, sha256);
    if ('message' in next) return failed(next);
    state = next;
  }
  const sequence = state.sequence + 1;
  if (state.sequence !== head.sequence) return failed({ sequence, message: `entry ${sequence} is missing` });
  if (state.hash !== head.hash) {
    return failed({
      sequence: state.sequence,
      message: `entry ${state.sequence} is not the one that was written last`,
    });
  }
  return { isIntact: true, head, fault: null };
}
