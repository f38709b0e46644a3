import { createHash } from 'node:crypto';
import { type ChainFault, type ChainState, chainEntry, checkLine, START_OF_CHAIN } from '../../audit/index.ts';
import { type AuditEntry, canonicalJson } from '../../domain/index.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A chain of verbs on rollouts, with texts that need more than ASCII. */
export function aChain(count: number): readonly AuditEntry[] {
  const chain: AuditEntry[] = [];
  for (let n = 0; n < count; n += 1) {
    chain.push(
      chainEntry(
        {
          tenant: 'acme',
          environment: 'production',
          atMs: 1_760_000_000_000 + n * 1_000,
          actor: n % 3 === 0 ? 'controller' : 'key:abcDEF012345',
          action: n % 2 === 0 ? 'ramp' : 'pause',
          kind: 'rollout',
          target: `rollout-${n % 7}`,
          reason: n % 5 === 0 ? null : `weil "es" so ist: ünïcode 🚦 ${n}`,
          before: n < 7 ? null : { coverage: n - 7, phase: 'running' },
          after: { coverage: n, phase: 'running' },
        },
        chain.at(-1) ?? START_OF_CHAIN,
        sha256,
      ),
    );
  }
  return chain;
}

export const linesIn = (chain: readonly AuditEntry[]): readonly string[] => chain.map((entry) => canonicalJson(entry));

/** The first thing wrong with the lines that follow a state; undefined when there is nothing. */
export function faultIn(lines: readonly string[], from: ChainState = START_OF_CHAIN): ChainFault | undefined {
  let state = from;
  for (const line of lines) {
    const next = checkLine(state, line, sha256);
    if ('message' in next) return next;
    state = next;
  }
  return undefined;
}
