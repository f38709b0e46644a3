import type { Policy } from './policy.ts';
import type { Rule } from './rule.ts';

/** A rule of others: as its makers ship it, and settings that a tuner may try instead. */
export interface Peer {
  readonly name: string;
  readonly family: Policy['family'];
  readonly shipped: Policy;
  readonly tuningGrid: readonly Candidate[];
}

/** Settings as data, and the policy that they make. */
export interface Candidate {
  readonly settings: object;
  readonly policy: Policy;
}

/** What a peer is made of. */
export interface PeerParts<Settings extends object> {
  readonly name: string;
  readonly family: Policy['family'];
  readonly rule: (settings: Settings) => Rule;
  readonly shipped: Settings;
  readonly tuningGrid: readonly Settings[];
}

/** Names the policies of a peer: "flagger/shipped", "flagger/tuned-0", "flagger/tuned-1", … */
export function aPeer<Settings extends object>({ name, family, rule, shipped, tuningGrid }: PeerParts<Settings>): Peer {
  return {
    name,
    family,
    shipped: { name: `${name}/shipped`, family, setting: 'shipped', ...rule(shipped) },
    tuningGrid: tuningGrid.map((settings, index) => ({
      settings,
      policy: { name: `${name}/tuned-${index}`, family, setting: 'tuned', ...rule(settings) },
    })),
  };
}
