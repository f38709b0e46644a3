import type { Choice } from './choose-settings.ts';

/** The text of simulation/policies/tuned-peers.ts. */
export function tunedPeersSource(
  choices: readonly Choice[],
  { seeds, scenarios, keep }: { readonly seeds: string; readonly scenarios: number; readonly keep: string },
): string {
  const entries = choices.map(
    ({ peer, setting, settings, loss, falseRollbacks }) =>
      `${JSON.stringify(peer)}: ${JSON.stringify({ setting, settings, loss: rounded(loss), falseRollbacks: rounded(falseRollbacks) })},`,
  );
  return `/** What the tuner chose for a peer. */
export interface TunedPeer {
  /** Position in the peer's tuning grid, or the settings that it ships. */
  readonly setting: number | 'shipped';
  /** The settings themselves, for readers; a test holds them against the grid. */
  readonly settings: object;
  /** What they came to in training: the least loss among those with at most 2 % false rollbacks, else the fewest of those. */
  readonly loss: number;
  readonly falseRollbacks: number;
}

/**
 * The choice for each peer, by name; written by \`npm run bench:tune-peers\` from ${scenarios} scenarios × seeds ${seeds}.
 *
 * All settings met the first seed; the ${keep} of least loss and the ${keep} with fewest false rollbacks met all.
 */
export const TUNED_PEERS: Readonly<Record<string, TunedPeer>> = {
${entries.join('\n')}
};
`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
