import type { Policy } from './policy.ts';
import type { Rule } from './rule.ts';
import type { Speed } from './speeds.ts';
import { TUNED_PEERS, type TunedPeer } from './tuned-peers.ts';

/** A rule of others: as its makers ship it, as a tuner set it, and at several speeds. */
export interface Peer {
  readonly name: string;
  readonly family: Policy['family'];
  readonly shipped: Policy;
  /** With the settings that lost least in training; undefined where there is nothing to tune. */
  readonly tuned: Policy | undefined;
  /** The tuned settings at other speeds, from fast to slow. */
  readonly speeds: readonly Policy[];
  /** What a tuner may choose from, shipped settings apart. */
  readonly tuningGrid: readonly Candidate[];
  readonly shippedSettings: object;
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
  /** The speed knob, from fast to slow; turned on the tuned settings. */
  readonly speeds: readonly Speed<NoInfer<Settings>>[];
}

/** Names the policies of a peer: "flagger/shipped", "flagger/tuned", "flagger/speed-1", …, "flagger/grid-0", … */
export function aPeer<Settings extends object>(parts: PeerParts<Settings>): Peer {
  const { name, family, rule, shipped, tuningGrid, speeds } = parts;
  const named = (label: string, setting: Policy['setting'], settings: Settings): Policy => ({
    name: `${name}/${label}`,
    family,
    setting,
    ...rule(settings),
  });
  const choice = TUNED_PEERS[name];
  const tuned = choice === undefined ? shipped : chosen(choice, parts);
  return {
    name,
    family,
    shipped: named('shipped', 'shipped', shipped),
    tuned: choice && named('tuned', 'tuned', tuned),
    speeds: speeds.map((at, index) => named(`speed-${index + 1}`, 'tuned', at(tuned))),
    tuningGrid: tuningGrid.map((settings, index) => ({ settings, policy: named(`grid-${index}`, 'tuned', settings) })),
    shippedSettings: shipped,
  };
}

function chosen<Settings extends object>({ setting }: TunedPeer, parts: PeerParts<Settings>): Settings {
  if (setting === 'shipped') return parts.shipped;
  const settings = parts.tuningGrid[setting];
  if (settings === undefined) {
    throw new Error(`the tuning grid of ${parts.name} has no setting ${setting}: run npm run bench:tune-peers again`);
  }
  return settings;
}
